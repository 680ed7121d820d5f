import { uuidv7 } from '@chartwire/db'
import { type TestHospital, testHospital } from '@chartwire/db/testing/hospital'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { ask, bearer, json } from './ask.ts'
import { openEventStream, openWebSocket } from './bedside-client.ts'
import { type Served, serve } from './serve.ts'
import { connected, introduced } from './talking-socket.ts'

let hospital: TestHospital
beforeAll(async () => {
  hospital = await testHospital()
})
afterAll(() => hospital[Symbol.asyncDispose]())

describe('one login', () => {
  it('asks and changes so much a minute, over tRPC and REST together, by any session of its own', async () => {
    await using server = await serve({
      hospital,
      environment: { CHARTWIRE_READ_LIMIT: '3', CHARTWIRE_WRITE_LIMIT: '2' },
    })
    const { url } = server
    const admin = await server.token(hospital.admin)
    if (hospital.admin.kind !== 'user') throw new Error('The administrator is no user.')
    const { userId } = hospital.admin
    const other = await hospital.db.sessions.open({ userId, kind: 'person', userAgent: null })
    const trpc = (token: string) => ask(`${url}/trpc/hospitals.wards`, { headers: bearer(token) })
    const rest = (token: string) => ask(`${url}/api/wards`, { headers: bearer(token) })
    expect([(await trpc(admin)).status, (await rest(admin)).status, (await trpc(other.token)).status]).toEqual([
      200, 200, 200,
    ])
    for (const answer of [await trpc(admin), await rest(other.token)]) {
      expect(answer.status).toBe(429)
      expect(answer.retryAfter).toMatch(/^([1-9]|1\d|20)$/)
      const { code, retryAfter } = answer.error?.data ?? answer.error ?? {}
      expect({ code, retryAfter: String(retryAfter) }).toEqual({ code: 'too_many', retryAfter: answer.retryAfter })
    }
    // What changes something has an allowance of its own, and so has everybody else.
    const create = () =>
      ask(`${url}/api/wards`, {
        method: 'POST',
        headers: { ...json, ...bearer(admin) },
        body: JSON.stringify({ name: uuidv7() }),
      })
    expect([(await create()).status, (await create()).status, (await create()).status]).toEqual([200, 200, 429])
    expect((await trpc(await server.token(hospital.nurse))).status).toBe(200)
  })

  it('does not get more by batching', async () => {
    await using server = await serve({ hospital, environment: { CHARTWIRE_READ_LIMIT: '5' } })
    const names = Array.from({ length: 8 }, () => 'hospitals.wards').join(',')
    const response = await fetch(`${server.url}/trpc/${names}?batch=1`, {
      headers: bearer(await server.token(server.hospital.nurse)),
    })
    const answers = (await response.json()) as { error?: { data: { code: string } } }[]
    expect(answers.filter(({ error }) => error === undefined)).toHaveLength(5)
    expect(answers.filter(({ error }) => error?.data.code === 'too_many')).toHaveLength(3)
    expect(response.headers.get('retry-after')).toMatch(/^\d+$/)
  })

  it('that is a gateway keeps measuring when its other calls are used up', async () => {
    await using server = await serve({ hospital, environment: { CHARTWIRE_WRITE_LIMIT: '1' } })
    const { patientId } = await server.hospital.admit()
    const record = (rate: number) =>
      ask(`${server.url}/api/vitals`, {
        method: 'POST',
        headers: { ...json, ...bearer(server.hospital.gatewayToken) },
        body: JSON.stringify({ readings: [{ patientId, at: Date.now() - rate * 10, heartRate: rate }] }),
      })
    const statuses = []
    for (let rate = 60; rate < 70; rate++) statuses.push((await record(rate)).status)
    expect(new Set(statuses)).toEqual(new Set([200]))
  })
})

describe('one session', () => {
  const limited = () => serve({ hospital, environment: { CHARTWIRE_STREAM_LIMIT: '2' } })
  const watch = async (server: Served) => ({
    token: await server.token(server.hospital.nurse),
    path: 'vitals.watchWard',
    input: { wardId: server.hospital.wardId },
    lastEventId: null,
  })

  it('holds so many streams over SSE and WebSocket together, and gets a place back when one ends', async () => {
    await using server = await limited()
    const line = await watch(server)
    const open = [await openEventStream(server.url, line), await openWebSocket(server.url, line)]
    await vi.waitUntil(() => open.every(({ messages }) => messages.length > 0), 10_000)
    const third = await fetch(
      `${server.url}/trpc/${line.path}?input=${encodeURIComponent(JSON.stringify(line.input))}`,
      {
        headers: { ...bearer(line.token), accept: 'text/event-stream' },
      },
    )
    expect(await third.text()).toContain('"too_many"')
    const another = await openWebSocket(server.url, { ...line, token: await otherSession(server) })
    await vi.waitUntil(() => another.messages.length > 0, 10_000)
    for (const ended of [another, ...open]) {
      ended.close()
      await ended.ended
    }
    // As often as it likes: nothing of what ended is left behind.
    for (let round = 0; round < 5; round++) {
      const again = await openEventStream(server.url, line)
      await vi.waitUntil(() => again.messages.length > 0, 10_000)
      again.close()
      await again.ended
    }
  })

  it('gives a place back when a stream is refused or stopped within its socket', async () => {
    await using server = await limited()
    const token = await server.token(server.hospital.nurse)
    const socket = await introduced(server, token)
    const input = { wardId: server.hospital.wardId }
    for (let id = 1; id <= 6; id++) {
      socket.say({ id, method: 'subscription', params: { path: 'vitals.watchWard', input: { wardId: uuidv7() } } })
      expect(await socket.answerTo(id, '"error"')).toContain('not_found')
    }
    for (let id = 11; id <= 16; id++) {
      socket.say({ id, method: 'subscription', params: { path: 'vitals.watchWard', input } })
      expect(await socket.answerTo(id)).toContain('started')
      socket.say({ id, method: 'subscription.stop' })
      await socket.answerTo(id, 'stopped')
    }
    for (const id of [21, 22]) {
      socket.say({ id, method: 'subscription', params: { path: 'vitals.watchWard', input } })
      expect(await socket.answerTo(id)).toContain('started')
    }
    socket.say({ id: 23, method: 'subscription', params: { path: 'vitals.watchWard', input } })
    expect(await socket.answerTo(23)).toMatch(/"too_many".*"retryAfter":5|"retryAfter":5.*"too_many"/)
    socket.close()
  })

  it('holds so many sockets', async () => {
    await using server = await limited()
    const token = await server.token(server.hospital.nurse)
    const first = await introduced(server, token)
    await introduced(server, token)
    const third = await connected(server)
    third.say({ method: 'connectionParams', data: { token } })
    await third.closed
    expect(third.text()).toContain('too_many')
    first.close()
    await first.closed
    await introduced(server, token)
  })
})

describe('an address', () => {
  const limit = { CHARTWIRE_RATE_LIMIT: '3' }
  const from = async (server: Served, forwarded: string) =>
    (await fetch(`${server.url}/health`, { headers: { 'x-forwarded-for': forwarded } })).status

  it('is not what a visitor claims', async () => {
    await using server = await serve({ hospital, environment: limit })
    const statuses = []
    for (let visitor = 1; visitor <= 5; visitor++) statuses.push(await from(server, `198.51.100.${visitor}`))
    expect(statuses).toEqual([200, 200, 200, 429, 429])
  })

  it('is what a trusted proxy saw, and not what its visitor put in front', async () => {
    await using server = await serve({ hospital, environment: { ...limit, CHARTWIRE_TRUST_PROXY: '127.0.0.0/8' } })
    const statuses = []
    for (let visitor = 1; visitor <= 5; visitor++) {
      statuses.push(await from(server, `198.51.100.${visitor}, 203.0.113.5`))
    }
    expect(statuses).toEqual([200, 200, 200, 429, 429])
    expect(await from(server, '203.0.113.6')).toBe(200)
  })

  it('of IPv6 is its network: whoever has one has all of them', async () => {
    await using server = await serve({ hospital, environment: { ...limit, CHARTWIRE_TRUST_PROXY: 'loopback' } })
    const statuses = []
    for (let visitor = 1; visitor <= 5; visitor++) statuses.push(await from(server, `2001:db8:0:7::${visitor}`))
    expect(statuses).toEqual([200, 200, 200, 429, 429])
    expect(await from(server, '2001:db8:0:8::1')).toBe(200)
  })

  it('that sprays one password over many names is refused, whatever it claims to be, and others are not', async () => {
    // Of its own: what is counted of an address stays.
    await using server = await serve()
    const signIn = (forwarded: string) =>
      ask(`${server.url}/api/sessions`, {
        method: 'POST',
        headers: { ...json, 'x-forwarded-for': forwarded },
        body: JSON.stringify({ email: 'one@example.org', password: 'Winter2026!' }),
      })
    const subject = server.hospital.db.keys.blindIndex('attempts', '127.0.0.1')
    await server.hospital.db.sql({
      text: `insert into attempt_count values ('sign-in', $1, 100, now() + interval '10 minutes')`,
      values: [subject],
    })
    const answer = await signIn('198.51.100.1')
    expect(answer).toMatchObject({ status: 429, error: { code: 'too_many' } })
    expect(Number(answer.retryAfter)).toBeGreaterThan(500)
  })
})

async function otherSession(server: Served): Promise<string> {
  const { nurse, db } = server.hospital
  if (nurse.kind !== 'user') throw new Error('The nurse is no user.')
  return (await db.sessions.open({ userId: nurse.userId, kind: 'person', userAgent: null })).token
}
