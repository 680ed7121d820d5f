import { createHash } from 'node:crypto'
import { Login } from '@chartwire/db/testing/login'
import { Client } from 'pg'
import { expect, it } from 'vitest'
import { serve } from './serve.ts'

/** Every row of every table as `pg_dump` would write it, and as JSON for good measure; by the owner, who sees all. */
async function dump(url: string): Promise<string> {
  const owner = new Client({ connectionString: url })
  await owner.connect()
  const { rows: tables } = await owner.query<{ name: string }>(
    `select quote_ident(c.relname) "name" from pg_class c
      where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'm')`,
  )
  const texts: string[] = []
  for (const { name } of tables) {
    const { rows } = await owner.query<{ text: string }>(`select t::text || to_jsonb(t)::text as text from ${name} t`)
    texts.push(`${name}\n`, ...rows.map(({ text }) => text))
  }
  await owner.end()
  return texts.join('\n').toLowerCase()
}

/** How a text may lie in a dump: as it is, as JSON escapes it, in hex, in base64 at each of its three offsets. */
function formsOf(text: string): string[] {
  const bytes = Buffer.from(text)
  const base64 = [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64')
    // What depends on the bytes before and behind is left out.
    return encoded.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6))
  })
  return [text, JSON.stringify(text).slice(1, -1), bytes.toString('hex'), ...base64].map((form) => form.toLowerCase())
}

it('a dump of the database shows no e-mail, phone, history, note, code, token or password in clear', async () => {
  await using server = await serve()
  const { hospital, url } = server
  const admin = await server.token(hospital.admin)
  const nurse = await server.token(hospital.nurse)
  const send = async (
    path: string,
    body: unknown,
    token?: string,
    headers: Record<string, string> = {},
    method = 'POST',
  ) => {
    const response = await fetch(`${url}/api${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      body: JSON.stringify(body),
    })
    expect({ path, status: response.status }).toEqual({ path, status: 200 })
    return (await response.json()) as Record<string, string>
  }
  const secrets = {
    adminEmail: 'verwaltung.dump@klinik-dump.example',
    invited: 'eingeladen.dump@klinik-dump.example',
    relative: 'angehoerige.dump@klinik-dump.example',
    password: 'dumped passphrase of nobody',
    phone: '+436607654321',
    history: 'Anaphylaxie nach Penicillin 1999, seither Allergiepass',
    secondHistory: 'Morbus Menière seit 2011',
    dischargeNote: 'Nach Hause mit Hauskrankenpflege',
    alarmNote: 'Patientin wirkt verwirrt und ängstlich',
    caseTitle: 'Knieschmerz nach dem Sturz vom Pferd',
    complaint: 'Kniegelenk schmerzt beim Treppensteigen',
    formerPlan: 'Kniegelenk schonen und hochlagern',
    internalNote: 'Verdacht auf Simulation, Vorgespräch nötig',
  }
  await send('/hospitals', {
    hospital: { name: 'Klinik Dump', timeZone: 'Europe/Vienna' },
    admin: { name: 'Ada', email: secrets.adminEmail, password: secrets.password },
  })
  const signedIn = await send('/sessions', { email: secrets.adminEmail, password: secrets.password })
  const person = { givenName: 'Maria', familyName: 'Muster', birthDate: '1966-03-14', sex: 'female' }
  // With idempotency keys, whose stored answers hold what was answered.
  const key = { 'idempotency-key': 'dump-register-1' }
  const { id: patientId = '' } = await send(
    '/patients',
    { ...person, phone: secrets.phone, history: secrets.history },
    admin,
    key,
  )
  await send(
    '/patients',
    { ...person, phone: secrets.phone, history: secrets.secondHistory, confirmDistinct: true },
    admin,
  )
  await send('/admissions', { patientId, wardId: hospital.wardId }, admin)
  const staffInvitation = await send('/invitations', { email: secrets.invited, role: 'nurse' }, admin, {
    'idempotency-key': 'dump-invite-1',
  })
  await send(`/patients/${patientId}/logins`, { email: secrets.relative, relation: 'child' }, admin)
  const { id: alarmId = '' } = await send(`/patients/${patientId}/emergency`, {}, nurse)
  await send(`/alarms/${alarmId}/acknowledge`, { note: secrets.alarmNote }, nurse, { 'idempotency-key': 'dump-ack-1' })
  const { id: caseId } = await send(`/patients/${patientId}/cases`, { title: secrets.caseTitle, kind: 'acute' }, nurse)
  const { id: visitId = '' } = await send(
    `/patients/${patientId}/visits`,
    {
      kind: 'consultation',
      caseId,
      chiefComplaint: secrets.complaint,
      plan: secrets.formerPlan,
      internalNote: secrets.internalNote,
    },
    nurse,
    { 'idempotency-key': 'dump-visit-1' },
  )
  await send(`/visits/${visitId}`, { version: 1, plan: 'Schonen' }, nurse, {}, 'PATCH')
  await send(`/patients/${patientId}/discharge`, { note: secrets.dischargeNote }, nurse)
  const login = await Login.join(hospital)
  await login.addTotp()
  const first = await login.firstStep()
  const values = [
    ...Object.values(secrets),
    login.email,
    login.secret,
    ...login.recoveryCodes,
    ...login.recoveryCodes.map((code) => code.replaceAll('-', '')),
    login.token,
    first.state === 'second-factor' ? first.ticket : '',
    signedIn['token'] ?? '',
    staffInvitation['token'] ?? '',
    admin,
    hospital.gatewayToken,
  ]
  expect(values.filter((value) => value.length < 8)).toEqual([])
  const text = await dump(hospital.url)
  // It is a dump: what may be in clear is there, as are the ciphertexts.
  for (const known of [
    'muster',
    patientId,
    createHash('sha256').update(login.token).digest('base64url').toLowerCase(),
  ]) {
    expect(text).toContain(known)
  }
  expect(text).toMatch(/\\\\x0101[0-9a-f]{60,}/)
  expect(values.filter((value) => formsOf(value).some((form) => text.includes(form)))).toEqual([])
})
