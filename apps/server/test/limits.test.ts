import { uuidv7 } from '@chartwire/db'
import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { openEventStream, openWebSocket } from './bedside-client.ts'
import { type Served, serve } from './serve.ts'

const json = { 'content-type': 'application/json' }
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

interface Answer {
  status: number
  retryAfter: string | null
  error: { code?: string; data?: { code: string; retryAfter?: number }; retryAfter?: number } | undefined
}

async function ask(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, init)
  const body = (await response.json()) as { error?: Answer['error'] }
  return { status: response.status, retryAfter: response.headers.get('retry-after'), error: body.error }
}

describe('one login', () => {
  it('asks and changes so much a minute, over tRPC and REST together, by any session of its own', async () => {
    await using server = await serve({ environment: { CHARTWIRE_READ_LIMIT: '3', CHARTWIRE_WRITE_LIMIT: '2' } })
    const { hospital, url } = server
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
    await using server = await serve({ environment: { CHARTWIRE_READ_LIMIT: '5' } })
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
    await using server = await serve({ environment: { CHARTWIRE_WRITE_LIMIT: '1' } })
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
  const limited = () => serve({ environment: { CHARTWIRE_STREAM_LIMIT: '2' } })
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

describe('a WebSocket', () => {
  it.each([
    ['is nested without end', () => `{"id":1,"method":"query","params":${'['.repeat(5_000)}${']'.repeat(5_000)}}`],
    [
      'reaches for the prototype',
      () => '{"id":1,"method":"query","params":{"path":"system.ping","__proto__":{"a":1}}}',
    ],
    [
      'reaches for it by another spelling',
      () => '{"id":1,"method":"query","params":{"path":"system.ping","\\u005f_proto__":{"a":1}}}',
    ],
  ])('is closed when a message %s, and nothing of it is done', async (_, message) => {
    await using server = await serve()
    const socket = await introduced(server, await server.token(server.hospital.nurse))
    const before = socket.text()
    socket.raw(message())
    expect(await socket.closed).toBe(1008)
    expect(socket.text()).toBe(before)
  })

  it('is closed by a message that is too large, and by too many of them', async () => {
    await using server = await serve()
    const token = await server.token(server.hospital.nurse)
    const large = await introduced(server, token)
    large.raw('x'.repeat(2_000_001))
    expect(await large.closed).toBe(1009)
    const chatty = await introduced(server, token)
    for (let count = 0; count < 6_000; count++) chatty.raw('PING')
    expect(await chatty.closed).toBe(1008)
  })

  it('answers what is no JSON, and a batch that is too long, without doing it', async () => {
    await using server = await serve()
    const socket = await introduced(server, await server.token(server.hospital.nurse))
    socket.raw('{"id":')
    await vi.waitUntil(() => socket.text().includes('could not be read'))
    const batch = Array.from({ length: 51 }, (_, id) => ({ id, method: 'query', params: { path: 'system.ping' } }))
    socket.raw(JSON.stringify(batch))
    expect(await socket.answerTo(50)).toContain('"error"')
    expect(socket.text()).not.toContain('pong')
    expect(socket.text().match(/"type":"data"/g)).toHaveLength(1)
    socket.close()
  })

  it('that does not say who it is is closed', async () => {
    await using server = await serve({ patience: { headersMs: 300, requestMs: 300, idleMs: 5_000, checkMs: 50 } })
    expect(await (await connected(server)).closed).toBe(1008)
    expect(await (await connected(server, 'connectionParam%73=1')).closed).toBe(1008)
  })
})

describe('a body', () => {
  it.each([
    ['nested without end', `{"name":${'['.repeat(100_000)}`],
    ['nested one too deep', `{"name":${'['.repeat(32)}${']'.repeat(32)}}`],
    ['of very many keys', `{${Array.from({ length: 160_000 }, (_, key) => `"${key}":1`).join(',')}}`.slice(0, 999_000)],
    ['of very many values', `[${'1,'.repeat(310_000)}1]`],
    ['that spells a prototype by escapes', '{"name":"x","\\u005f\\u005fproto__":{}}'],
  ])('%s is a typed error before a procedure sees it', async (_, body) => {
    await using server = await serve()
    const token = await server.token(server.hospital.admin)
    for (const path of ['/api/wards', '/trpc/hospitals.createWard']) {
      const answer = await ask(`${server.url}${path}`, { method: 'POST', headers: { ...json, ...bearer(token) }, body })
      expect({ path, status: answer.status, code: answer.error?.data?.code ?? answer.error?.code }).toEqual({
        path,
        status: 400,
        code: 'invalid',
      })
    }
    // In the address too.
    const input = encodeURIComponent(body.slice(0, 3_000))
    const answer = await ask(`${server.url}/trpc/patients.get?input=${input}`, { headers: bearer(token) })
    expect(answer.status).toBe(400)
  })

  it('is as large as what it is for: readings may be, a ward’s name may not', async () => {
    await using server = await serve()
    const { hospital, url } = server
    const post = (path: string, token: string, body: unknown) =>
      ask(`${url}${path}`, { method: 'POST', headers: { ...json, ...bearer(token) }, body: JSON.stringify(body) })
    const admin = await server.token(hospital.admin)
    const padding = 'x'.repeat(1_000_100)
    for (const path of ['/api/wards', '/trpc/hospitals.createWard', '/trpc/hospitals.createWard,system.ping?batch=1']) {
      expect((await post(path, admin, { name: padding })).status).toBe(413)
    }
    const { patientId } = await hospital.admit()
    const readings = [{ patientId, at: Date.now(), heartRate: 70, device: padding }]
    for (const path of ['/api/vitals', '/trpc/vitals.record']) {
      expect((await post(path, hospital.gatewayToken, { readings })).status).toBe(200)
    }
  })

  it('in plain text or as a form is refused everywhere', async () => {
    await using server = await serve()
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      for (const path of ['/api/sessions', '/trpc/identity.signIn']) {
        const answer = await ask(`${server.url}${path}`, {
          method: 'POST',
          headers: { 'content-type': type },
          body: '{}',
        })
        expect({ type, path, status: answer.status }).toEqual({ type, path, status: 415 })
      }
    }
  })
})

describe('a slow client', () => {
  const patience = { headersMs: 300, requestMs: 600, idleMs: 5_000, checkMs: 50 }

  /** What a raw connection hears until it is closed, after it was sent this, and more of it again and again. */
  async function trickle(server: Served, first: string, more: string): Promise<string> {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
    let heard = ''
    socket.on('data', (chunk) => (heard += chunk.toString()))
    socket.on('error', () => undefined)
    await once(socket, 'connect')
    socket.write(first)
    const drip = setInterval(() => socket.write(more), 40)
    await once(socket, 'close')
    clearInterval(drip)
    return heard
  }

  it('that never ends its headers is hung up on', async () => {
    await using server = await serve({ patience })
    expect(await trickle(server, 'GET /health HTTP/1.1\r\nhost: x\r\n', 'x-a: b\r\n')).toMatch(/^HTTP\/1\.1 408 /)
  })

  it('that never ends its body is hung up on, while others are served', async () => {
    await using server = await serve({ patience })
    const head =
      'POST /api/sessions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n'
    const slow = Array.from({ length: 30 }, () => trickle(server, head, ' '))
    expect((await fetch(`${server.url}/health`)).status).toBe(200)
    for (const heard of await Promise.all(slow)) expect(heard).toMatch(/^HTTP\/1\.1 408 |^$/)
  })

  it('that says nothing at all is hung up on', async () => {
    await using server = await serve({ patience })
    expect(await trickle(server, '', '')).toMatch(/^HTTP\/1\.1 408 |^$/)
  })
})

describe('an address', () => {
  const limit = { CHARTWIRE_RATE_LIMIT: '3' }
  const from = async (server: Served, forwarded: string) =>
    (await fetch(`${server.url}/health`, { headers: { 'x-forwarded-for': forwarded } })).status

  it('is not what a visitor claims', async () => {
    await using server = await serve({ environment: limit })
    const statuses = []
    for (let visitor = 1; visitor <= 5; visitor++) statuses.push(await from(server, `198.51.100.${visitor}`))
    expect(statuses).toEqual([200, 200, 200, 429, 429])
  })

  it('is what a trusted proxy saw, and not what its visitor put in front', async () => {
    await using server = await serve({ environment: { ...limit, CHARTWIRE_TRUST_PROXY: '127.0.0.0/8' } })
    const statuses = []
    for (let visitor = 1; visitor <= 5; visitor++) {
      statuses.push(await from(server, `198.51.100.${visitor}, 203.0.113.5`))
    }
    expect(statuses).toEqual([200, 200, 200, 429, 429])
    expect(await from(server, '203.0.113.6')).toBe(200)
  })

  it('of IPv6 is its network: whoever has one has all of them', async () => {
    await using server = await serve({ environment: { ...limit, CHARTWIRE_TRUST_PROXY: 'loopback' } })
    const statuses = []
    for (let visitor = 1; visitor <= 5; visitor++) statuses.push(await from(server, `2001:db8:0:7::${visitor}`))
    expect(statuses).toEqual([200, 200, 200, 429, 429])
    expect(await from(server, '2001:db8:0:8::1')).toBe(200)
  })

  it('that sprays one password over many names is refused, whatever it claims to be, and others are not', async () => {
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

interface TalkingSocket {
  say: (message: unknown) => void
  raw: (message: string) => void
  /** Everything heard so far. */
  text: () => string
  /** The first message with this id, and these words in it. */
  answerTo: (id: number, words?: string) => Promise<string>
  close: () => void
  /** The code it was closed with. */
  closed: Promise<number>
}

async function connected(server: Served, query = 'connectionParams=1'): Promise<TalkingSocket> {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/trpc?${query}`)
  const messages: string[] = []
  socket.on('message', (raw: Buffer) => {
    const text = raw.toString('utf8')
    if (text !== 'PONG' && text !== 'PING') messages.push(text)
  })
  socket.on('error', () => undefined)
  const closed = once(socket, 'close').then(([code]) => Number(code))
  await once(socket, 'open')
  return {
    say: (message) => socket.send(JSON.stringify(message)),
    raw: (message) => socket.send(message),
    text: () => messages.join('\n'),
    answerTo: (id, words = '') =>
      vi.waitUntil(() => messages.find((text) => text.includes(`"id":${id},`) && text.includes(words)), 10_000),
    close: () => socket.close(),
    closed,
  }
}

async function introduced(server: Served, token: string): Promise<TalkingSocket> {
  const socket = await connected(server)
  socket.say({ method: 'connectionParams', data: { token } })
  socket.say({ id: 9_000, method: 'query', params: { path: 'identity.me' } })
  expect(await socket.answerTo(9_000)).toContain('"result"')
  return socket
}
