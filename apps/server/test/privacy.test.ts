import { uuidv7 } from '@chartwire/db'
import { testPassword } from '@chartwire/db/testing/hospital'
import { Login } from '@chartwire/db/testing/login'
import { expect, it, vi } from 'vitest'
import { restProcedures } from '../src/http/rest-procedures.ts'
import { openEventStream, openWebSocket } from './bedside-client.ts'
import { serve } from './serve.ts'

it('no log line, at any level and in any trouble, holds a name, a number, a token, an address or a password', async () => {
  // So few streams that some are refused.
  await using server = await serve({ level: 'trace', environment: { CHARTWIRE_STREAM_LIMIT: '1' } })
  const { hospital, url } = server
  const secrets = {
    familyName: 'Geheimnisvoll',
    givenName: 'Verborgenia',
    mrn: 'MRN-VERTRAULICH-77',
    phone: '+436601112223',
    history: 'Penicillin-Schock 1999',
    email: 'vertraulich@example.org',
    password: 'a very private password',
    note: 'sie wirkt verwirrt',
    bed: 'Bett-Einzelzimmer-9',
    birthDate: '1966-07-31',
  }
  const admin = await server.token(hospital.admin)
  const nurse = await server.token(hospital.nurse)
  const send = async (
    path: string,
    { method = 'POST', token = admin, body }: { method?: string; token?: string; body?: unknown } = {},
  ) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(method === 'GET' ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body ?? {}) }),
    })
    const text = await response.text()
    const isFile = response.headers.has('content-disposition')
    return { status: response.status, body: isFile ? {} : (JSON.parse(text) as Record<string, string>) }
  }
  const { familyName, givenName, mrn, phone, history, birthDate, email, password, note, bed } = secrets
  const patient = { familyName, givenName, mrn, phone, history, birthDate, sex: 'female' }
  const { id: patientId = '' } = (await send('/api/patients', { body: patient })).body
  await send('/api/admissions', { body: { patientId, wardId: hospital.wardId, bed } })
  // What works, what is refused, and what repeats itself.
  expect((await send('/api/patients', { body: patient })).status).toBe(409)
  await send('/api/patients', { body: { ...patient, birthDate: familyName } })
  await send('/api/patients', { body: `{"familyName": "${familyName}", ` })
  await send(`/api/patients?search=${familyName}`, { method: 'GET' })
  await send('/api/patients/search', { body: { name: familyName, phone, email } })
  await send(`/api/patients/${familyName}/nowhere`, { method: 'GET' })
  await send(`/nowhere/${familyName}?token=${nurse}`, { method: 'GET' })
  await send(`/trpc/${familyName}?input=${encodeURIComponent(JSON.stringify(patient))}`, { method: 'GET' })
  // What is refused before anything looks at it.
  const refused = [
    await send('/api/patients', { body: { ...patient, history: history.repeat(50_000) } }),
    await send('/api/patients', { body: `{"familyName":"${familyName}","a":${'['.repeat(1_000)}` }),
    await send('/api/patients', { body: `{"familyName":"${familyName}","__proto__":{}}` }),
    await send(`/trpc/patients.list?input=${encodeURIComponent(`{"search":"${familyName}","__proto__":{}}`)}`, {
      method: 'GET',
    }),
    await send(`/trpc/${Array.from({ length: 60 }, () => familyName).join(',')}?batch=1`, { body: patient }),
  ]
  expect(refused.map(({ status }) => status)).toEqual([413, 400, 400, 400, 400])
  const forged = await fetch(`${url}/api/patients?search=${familyName}`, {
    method: 'POST',
    headers: {
      cookie: `chartwire_session=${admin}`,
      origin: 'https://evil.example',
      'content-type': 'application/json',
    },
    body: JSON.stringify(patient),
  })
  expect(forged.status).toBe(403)
  const login = await Login.join(hospital)
  await login.addTotp()
  const given = { email: login.email, password: testPassword }
  const first = await send('/api/sessions', { body: given })
  const { ticket = '' } = first.body
  expect(first.body).toMatchObject({ state: 'second-factor' })
  const [code = '', other = ''] = login.recoveryCodes
  for (const proof of [{ method: 'totp', code: '123123' }, { method: 'recovery-code', code }, { code: other }]) {
    await send('/api/sessions/second-factor', { body: { ticket, proof } })
  }
  await send(`/api/sessions?ticket=${ticket}`, { method: 'GET' })
  await hospital.db.sql({
    text: `insert into attempt_count values ('sign-in', $1, 100, now() + interval '10 minutes')
           on conflict on constraint attempt_count_pkey do update set attempts = 100`,
    values: [hospital.db.keys.blindIndex('attempts', '127.0.0.1')],
  })
  expect((await send('/api/sessions', { body: { email, password } })).status).toBe(429)
  await send('/api/invitations', { body: { email, role: 'nurse' } })
  await send('/api/sessions', { body: { email, password } })
  await send(`/api/patients/${patientId}/discharge`, { token: nurse, body: { note: 1, [note]: note } })
  const { id: alarmId } = (await send(`/api/patients/${patientId}/emergency`, { token: nurse })).body
  expect((await send(`/api/alarms/${alarmId}/acknowledge`, { token: nurse, body: { note } })).status).toBe(200)
  for (const { openapi } of restProcedures().filter(({ path }) => path !== 'identity.signOut')) {
    await send(`/api${openapi.path.replaceAll(/\{\w+\}/g, patientId)}`, {
      method: openapi.method,
      token: nurse,
      body: patient,
    })
  }
  for (const open of [openEventStream, openWebSocket]) {
    const line = await open(url, { token: nurse, path: 'vitals.watchPatient', input: { patientId }, lastEventId: null })
    await vi.waitUntil(() => line.messages.length > 0, 10_000)
    line.close()
    await line.ended
    const wrong = await open(url, {
      token: nurse,
      path: 'vitals.watchPatient',
      input: { patientId: familyName },
      lastEventId: familyName,
    }).catch(() => undefined)
    wrong?.close()
    await wrong?.ended
  }
  // A defect whose error text quotes what was being written.
  await hospital.db.ownerSql({
    text: `alter table patient add constraint boom check (family_name not like 'Geheim%') not valid`,
  })
  const defect = await send('/api/patients', { body: { ...patient, mrn: 'OTHER', confirmDistinct: true } })
  expect(defect).toMatchObject({
    status: 500,
    body: { error: { code: 'internal', message: 'Something went wrong on our side.' } },
  })
  expect(JSON.stringify(defect)).not.toContain(familyName)

  const log = server.log()
  expect(log.split('\n').length).toBeGreaterThan(40)
  expect(log).toContain('"code":"23514"')
  const values = [
    ...Object.values(secrets),
    admin,
    nurse,
    hospital.gatewayToken,
    patientId,
    ticket,
    code,
    other,
    login.secret,
    login.token,
    login.email,
    testPassword,
    email.split('@')[0] ?? uuidv7(),
  ]
  expect(values.filter((value) => log.includes(value) || log.includes(encodeURIComponent(value)))).toEqual([])
})
