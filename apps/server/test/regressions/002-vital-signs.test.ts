/**
 * The defects of the reference monitoring system (seed 002), each as something that must not happen here. Those that are
 * tested beside what they concern:
 *
 * - the default signing secret, the trivial database password: settings.test.ts, reach production and data folders
 * - medical history under one key without an id, never rotated: packages/db/src/encryption/key-ring.test.ts
 * - hospital limits not unique, and overwriting a patient's own: packages/db/src/alarms/threshold-verbs.test.ts
 * - acknowledgement without a name, not idempotent; emergencies doubled: packages/db/src/alarms/responses.test.ts
 * - no escalation, no repeat, no missing data: packages/db/src/alarms/sweep-alarms.test.ts
 * - no hysteresis, no recovery, no trend: packages/db/src/alarms/threshold-alarms.test.ts, change-alarms.test.ts
 * - days and hours by a fixed zone: packages/db/src/vitals/statistics.test.ts
 * - every worker repeats every message, rows that commit late are lost: packages/db/src/live/live.test.ts
 * - tokens in URLs, any origin: http.test.ts; patients in the log: privacy.test.ts
 * - a random walk that cannot reach a critical limit; a load test without a token: apps/simulator
 */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { TestHospital } from '@chartwire/db/testing/hospital'
import { membershipOf } from '@chartwire/db/testing/hospital'
import { acceptInvitation, type Actor, anonymous, assignCareTeam } from '@chartwire/db'
import { restProcedures } from '../../src/http/rest-procedures.ts'
import { openEventStream, openWebSocket, ratesOf } from '../bedside-client.ts'
import { type Served, serve } from '../serve.ts'
import { invitePatientLogin } from '@chartwire/db/testing/invite'

let server: Served
let hospital: TestHospital
/** On the ward's team. */
let nurse: string
/** On the staff, on no team. */
let stranger: string
/** On the ward's team, may look and nothing else. */
let viewer: string
/** The patient of `patientId`, signed in. */
let patient: string
let patientId: string

beforeAll(async () => {
  server = await serve()
  hospital = server.hospital
  patientId = (await hospital.admit()).patientId
  const looker = await hospital.hire('viewer')
  await assignCareTeam(hospital.as(hospital.admin), {
    membershipId: membershipOf(looker),
    charge: { wardId: hospital.wardId },
  })
  nurse = await server.token(hospital.nurse)
  stranger = await server.token(await hospital.hire('nurse'))
  viewer = await server.token(looker)
  const invitation = await invitePatientLogin(hospital.as(hospital.nurse), {
    patientId,
    email: 'maria@example.org',
    relation: 'self',
  })
  const { userId } = await acceptInvitation(hospital.as(anonymous), {
    token: invitation.token,
    name: 'Maria',
    password: 'correct horse battery staple',
  })
  const self: Actor = { kind: 'user', userId, sessionId: '', capacity: null, capacities: [] }
  patient = await server.token(self)
})
afterAll(() => server[Symbol.asyncDispose]())

interface Ask {
  method?: string
  token?: string | null
  body?: unknown
  headers?: Record<string, string>
}

async function ask(path: string, { method = 'GET', token = nurse, body, headers }: Ask = {}) {
  const response = await fetch(`${server.url}/api${path}`, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(method === 'GET' ? {} : { body: JSON.stringify(body ?? {}) }),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

const record = (readings: readonly object[]) =>
  ask('/vitals', { method: 'POST', token: hospital.gatewayToken, body: { readings } })
const hour = {
  from: new Date(Date.now() - 7_200_000).toISOString(),
  to: new Date(Date.now() + 3_600_000).toISOString(),
}
const ofPatient = (id: string) => [
  `/patients/${id}`,
  `/patients/${id}/history`,
  `/patients/${id}/vitals`,
  `/patients/${id}/vitals/latest`,
  `/patients/${id}/vitals/hourly?from=${hour.from}&to=${hour.to}`,
  `/patients/${id}/vitals/daily?from=${hour.from.slice(0, 10)}`,
  `/patients/${id}/summary`,
  `/patients/${id}/device`,
  `/patients/${id}/admissions`,
  `/alarms?patientId=${id}`,
  `/thresholds?patientId=${id}`,
]

describe('HOLE: access', () => {
  it('nothing is readable or writable without a session, thresholds and analytics included', async () => {
    for (const { openapi } of restProcedures().filter(({ openapi }) => openapi.protect !== false)) {
      const { status } = await ask(openapi.path.replaceAll(/\{\w+\}/g, patientId), {
        method: openapi.method,
        token: null,
      })
      expect({ path: openapi.path, status: status === 400 ? 'refused' : status }).toEqual({
        path: openapi.path,
        status: status === 400 ? 'refused' : 401,
      })
    }
    for (const path of ofPatient(patientId))
      expect({ path, ...(await ask(path, { token: null })) }).toMatchObject({ path, status: 401 })
  })

  it('assignment holds for every read of a patient, not for the list alone', async () => {
    for (const path of ofPatient(patientId)) {
      expect({ path, status: (await ask(path)).status }).toEqual({ path, status: 200 })
      expect({ path, status: (await ask(path, { token: stranger })).status }).toEqual({ path, status: 404 })
    }
    expect((await ask('/patients', { token: stranger })).body).toEqual({ items: [], next: null })
  })

  it('a patient reads the own record, and neither makes, removes nor changes anybody or any limit', async () => {
    const other = (await hospital.admit()).patientId
    for (const path of ofPatient(patientId)) {
      expect({ path, status: (await ask(path, { token: patient })).status }).toEqual({ path, status: 200 })
    }
    for (const path of ofPatient(other)) {
      expect({ path, status: (await ask(path, { token: patient })).status }).toEqual({ path, status: 404 })
    }
    const limits = { parameter: 'heartRate', level: 'warning', low: 1, high: 300 }
    const person = { givenName: 'A', familyName: 'B', birthDate: '1980-01-01', sex: 'male' }
    const changes: [string, Ask][] = [
      ['/patients', { method: 'POST', body: person }],
      [`/patients/${patientId}`, { method: 'DELETE' }],
      ['/thresholds', { method: 'PUT', body: limits }],
      ['/thresholds', { method: 'PUT', body: { ...limits, patientId } }],
      ['/vitals', { method: 'POST', body: { readings: [{ patientId, at: Date.now(), heartRate: 70 }] } }],
    ]
    for (const [path, request] of changes) {
      expect({ path, ...(await ask(path, { ...request, token: patient })) }).toMatchObject({ path, status: 403 })
      expect({ path, ...(await ask(path, { ...request, token: viewer })) }).toMatchObject({ path, status: 403 })
    }
    const emergency = (id: string, token: string) => ask(`/patients/${id}/emergency`, { method: 'POST', token })
    expect((await emergency(other, patient)).status).toBe(404)
    expect((await emergency(other, viewer)).status).toBe(403)
    expect((await emergency(patientId, patient)).body).toMatchObject({ level: 'emergency', status: 'raised' })
  })

  it('no id is special: acting as 0, as somebody else or as nobody opens nothing', async () => {
    for (const actingAs of ['0', '', 'admin', membershipOf(hospital.admin), hospital.hospitalId]) {
      const { status } = await ask('/staff', { token: viewer, headers: { 'x-acting-as': actingAs } })
      expect({ actingAs, isRefused: status === 403 || status === 404 }).toEqual({ actingAs, isRefused: true })
    }
  })

  it('the live feed asks who is there: no session or no assignment, no vital sign', async () => {
    for (const open of [openEventStream, openWebSocket]) {
      for (const token of ['', 'invented', stranger]) {
        const options = { token, path: 'vitals.watchWard', input: { wardId: hospital.wardId }, lastEventId: null }
        const line = await open(server.url, options).catch(() => undefined)
        await record([{ patientId, at: Date.now(), heartRate: 70 }])
        line?.close()
        await line?.ended
        expect(line?.messages ?? []).toEqual([])
      }
    }
  })
})

describe('BUG: readings', () => {
  it('the medical history that was written can be read', async () => {
    const history = 'Penicillin allergy since 1999'
    const { body } = await ask(`/patients/${patientId}/history`)
    await ask(`/patients/${patientId}`, { method: 'PATCH', body: { version: body['version'], history } })
    expect((await ask(`/patients/${patientId}/history`)).body).toMatchObject({ history })
  })

  it('one patient who is not admitted does not fail the batch of the others', async () => {
    const at = Date.now()
    const { body } = await record([
      { mrn: 'nobody', at, heartRate: 70 },
      { patientId, at, heartRate: 70 },
    ])
    expect(body).toMatchObject({ stored: 1, refused: 1, exceptions: [{ index: 0, code: 'not_admitted' }] })
  })

  it('a missing limit of one vital sign raises no alarm on another', async () => {
    const { patientId: id } = await hospital.admit()
    await hospital.db.sql({
      text: `delete from threshold where parameter = 'respiration' and hospital_id = $1`,
      values: [hospital.hospitalId],
    })
    hospital.db.bus.publish({ type: 'thresholds', hospitalId: hospital.hospitalId })
    const start = Date.now() - 120_000
    // In the order of the reference system's checks: the heart rate breaches, and respiration has no limit of its own.
    await record(
      Array.from({ length: 12 }, (_, index) => ({
        patientId: id,
        at: start + index * 5_000,
        heartRate: 135,
        respiration: 25,
        spo2: 97,
      })),
    )
    const { body } = await ask(`/alarms?patientId=${id}&status=open`)
    const parameters = (body['items'] as { parameter: string | null; rule: string }[]).filter(({ rule }) =>
      rule.startsWith('threshold:'),
    )
    expect(new Set(parameters.map(({ parameter }) => parameter))).toEqual(new Set(['heartRate']))
  })

  it('times of another zone are the same instant', async () => {
    const at = Math.floor(Date.now() / 1000) * 1000 - 30_000
    const hanoi = `${new Date(at + 7 * 3_600_000).toISOString().slice(0, 19)}+07:00`
    const { patientId: id } = await hospital.admit()
    expect((await record([{ patientId: id, at: hanoi, heartRate: 70 }])).body).toMatchObject({ stored: 1 })
    expect((await record([{ patientId: id, at, heartRate: 70 }])).body).toMatchObject({ duplicates: 1 })
    const { body } = await ask(`/patients/${id}/vitals`)
    expect(body['items']).toMatchObject([{ at: new Date(at).toISOString() }])
  })

  it('the analytics that the README promised answer', async () => {
    const { patientId: id } = await hospital.admit()
    await record([{ patientId: id, at: Date.now(), heartRate: 70 }])
    expect((await ask(`/patients/${id}/summary`)).body).toMatchObject({
      readings: 1,
      tile: { latest: { heartRate: { value: 70 } } },
    })
    expect((await ask(`/patients/${id}/vitals/hourly?from=${hour.from}&to=${hour.to}`)).body).toMatchObject([
      { readings: 1, heartRate: { count: 1, mean: 70 } },
    ])
  })

  it('the history has at least one row and at most a thousand a page', async () => {
    for (const limit of [0, -1, 1001, 'all'])
      expect((await ask(`/patients/${patientId}/vitals?limit=${limit}`)).status).toBe(400)
    for (const limit of [1, 1000]) expect((await ask(`/patients/${patientId}/vitals?limit=${limit}`)).status).toBe(200)
  })
})

describe('BUG: the live feed', () => {
  it('brings every row: more than a hundred at once, and rows of the same moment', async () => {
    const { patientId: id } = await hospital.admit()
    const devices = ['A', 'B', 'C'].map((serial) => `LIVE-${serial}`)
    for (const serial of devices)
      await ask('/devices', {
        method: 'POST',
        token: await server.token(hospital.admin),
        body: { serial, kind: 'other' },
      })
    const options = { token: nurse, path: 'vitals.watchPatient', input: { patientId: id }, lastEventId: null }
    const line = await openEventStream(server.url, options)
    await vi.waitUntil(() => line.messages.length > 0, 10_000)
    const start = Date.now() - 300_000
    const rows = Array.from({ length: 450 }, (_, index) => ({
      patientId: id,
      device: devices[index % 3],
      at: start + Math.floor(index / 3) * 1000,
      heartRate: 40 + index / 10,
    }))
    expect((await record(rows)).body).toMatchObject({ refused: 0, duplicates: 0 })
    await vi.waitUntil(() => ratesOf(line.messages).length >= 450, 10_000)
    line.close()
    await line.ended
    expect(ratesOf(line.messages).toSorted((a, b) => a - b)).toEqual(
      rows.map(({ heartRate }) => expect.closeTo(heartRate, 3)),
    )
  })

  it('brings the alarms that readings raise, not emergencies alone', async () => {
    const { patientId: id } = await hospital.admit()
    const line = await openWebSocket(server.url, { token: nurse, path: 'alarms.watch', input: {}, lastEventId: null })
    await vi.waitUntil(() => line.messages.length > 0, 10_000)
    const start = Date.now() - 60_000
    await record(Array.from({ length: 6 }, (_, index) => ({ patientId: id, at: start + index * 5_000, spo2: 82 })))
    const raised = () =>
      line.messages.flatMap(({ data }) =>
        (data.events ?? [])
          .filter(({ alarm }) => alarm.patientId === id)
          .map(({ kind, alarm }) => `${kind} ${alarm.rule}`),
      )
    await vi.waitUntil(() => raised().length > 0, 10_000)
    expect(raised()).toContain('raised threshold:spo2:critical:low')
    line.close()
    await line.ended
  })
})
