import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { startWorld, type World } from '../world/world.ts'
import { Attacker, dataOf, type RequestBody } from './attacker.ts'

let world: World
let attacker: Attacker
beforeAll(async () => {
  world = await startWorld()
  attacker = new Attacker(world)
})
afterAll(() => world[Symbol.asyncDispose]())

const json = { 'content-type': 'application/json' }
const isAlive = async () => (await attacker.send('/health')).status === 200

/** The code that a body gets at a path. */
async function codeOfBody(path: string, body: RequestBody, headers: Record<string, string> = json): Promise<string> {
  const { status, text } = await attacker.send(path, {
    method: 'POST',
    token: await world.tokenOf('hospital_admin'),
    headers,
    body,
  })
  const { error } = JSON.parse(text) as { error?: { code?: string; data?: { code: string } } }
  return `${status} ${error?.data?.code ?? error?.code ?? 'ok'}`
}

describe('by sending much, one cannot keep the server from others', () => {
  it('with texts that drive a regular expression mad', async () => {
    const { patientId } = world.belongings['care-team'].ids
    const evil = [
      'a@'.repeat(40_000),
      `${'a.'.repeat(60)}@${'a.'.repeat(60)}`,
      `${' '.repeat(90_000)}x`,
      `+${'0 '.repeat(20_000)}x`,
      `${'1'.repeat(60_000)}/x`,
      `2026-01-01T00:00:00.${'0'.repeat(60_000)}x`,
      `${'('.repeat(30_000)}${')'.repeat(30_000)}`,
      `5:5:${'1,'.repeat(1_990)}x`,
      `${'\u00a0'.repeat(50_000)}\u0000`,
      'a'.repeat(100_000),
    ]
    for (const text of evil) {
      const calls = [
        attacker.fate('identity.signIn', { email: text, password: 'x' }),
        attacker.fateAs('nurse', 'patients.search', { name: text }),
        attacker.fateAs('nurse', 'patients.register', {
          givenName: text,
          familyName: text,
          birthDate: text,
          sex: 'female',
          phone: text,
        }),
        attacker.fateAs('nurse', 'vitals.history', { patientId, after: text, from: text }),
        attacker.fateAs('nurse', 'alarms.list', { since: text }),
        attacker.fateAs('gateway', 'vitals.record', {
          readings: [{ patientId, at: text, bloodPressure: text, device: text }],
        }),
        attacker.fate('hospitals.signUp', {
          hospital: { name: text, timeZone: text },
          admin: { name: text, email: text, password: 'x' },
        }),
      ]
      for (const fate of await Promise.all(calls))
        expect(['invalid', 'ok', 'credentials_wrong', 'password_weak']).toContain(fate)
    }
  })

  it('with JSON that is deep', async () => {
    for (const depth of [1_000, 100_000, 1_000_000]) {
      const deep = '['.repeat(depth) + ']'.repeat(depth)
      const object = '{"a":'.repeat(depth) + '1' + '}'.repeat(depth)
      for (const body of [deep, `{"name":${deep}}`, object.length < 4_900_000 ? object : '[']) {
        expect(await codeOfBody('/api/wards', body)).toMatch(/^400 invalid|^413/)
        expect(await codeOfBody('/trpc/hospitals.createWard', body)).toMatch(/^400 invalid|^413/)
      }
    }
    expect(await isAlive()).toBe(true)
  })

  it('with JSON that is long, said or unsaid', async () => {
    const long = JSON.stringify({ name: 'x'.repeat(6_000_000) })
    expect(await codeOfBody('/api/wards', long)).toBe('413 payload_too_large')
    const keys = `{${Array.from({ length: 200_000 }, (_, key) => `"k${key}":1`).join(',')}}`
    expect(await codeOfBody('/api/wards', keys)).toMatch(/^(400 invalid|413 payload_too_large)/)
    const head =
      'POST /api/wards HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n'
    const chunk = `100000\r\n${'x'.repeat(0x10_0000)}\r\n`
    const { status } = await attacker.bytes(`${head}${chunk.repeat(6)}0\r\n\r\n`)
    expect(status).toBe(413)
  })

  it('with a body that unpacks to more', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000, 0x20))
    for (const encoding of ['gzip', 'deflate', 'br']) {
      expect(await codeOfBody('/api/wards', bomb, { ...json, 'content-encoding': encoding })).toMatch(/^4\d\d /)
    }
    expect(await isAlive()).toBe(true)
  })

  it('with a batch of more calls than one may make at once', async () => {
    const many = Array.from({ length: 2_000 }, () => 'system.ping').join(',')
    expect((await attacker.send(`/trpc/${many.slice(0, 4_900)}?batch=1`)).status).toBe(400)
    const names = Array.from({ length: 51 }, () => 'patients.list').join(',')
    const { text } = await attacker.send(`/trpc/${names}?batch=1`, {
      method: 'POST',
      headers: json,
      body: '{}',
      token: await world.tokenOf('nurse'),
    })
    expect(JSON.parse(text)).toMatchObject([{ error: { data: { code: 'invalid' } } }])
  })

  it('with a page, a span or a batch of readings without end', async () => {
    const { patientId } = world.belongings['care-team'].ids
    for (const limit of [1e9, 201, -1, 0, 0.5, Number.MAX_SAFE_INTEGER, 'all', null]) {
      expect(await attacker.fateAs('nurse', 'patients.list', { limit })).toBe('invalid')
    }
    expect(await attacker.fateAs('nurse', 'vitals.daily', { patientId, from: '1800-01-01', days: 1e6 })).toBe('invalid')
    expect(
      await attacker.fateAs('nurse', 'vitals.hourly', {
        patientId,
        from: '1800-01-01T00:00:00Z',
        to: '2199-01-01T00:00:00Z',
      }),
    ).toBe('invalid')
    const readings = Array.from({ length: 5_001 }, () => ({}))
    expect(await attacker.fateAs('gateway', 'vitals.record', { readings })).toBe('invalid')
  })

  it('with headers without end', async () => {
    const { status } = await attacker.raw(
      '/health',
      Object.fromEntries(Array.from({ length: 3_000 }, (_, index) => [`x-${index}`, 'y'.repeat(20)])),
    )
    expect(status).toBe(431)
    expect(await isAlive()).toBe(true)
  })

  it('with what is no HTTP at all', async () => {
    for (const bytes of [
      '\u0000\u0001\u0002',
      'GET',
      'GET / HTTP/9.9\r\n\r\n',
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
      'GET / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      `GET /${'a'.repeat(100_000)} HTTP/1.1\r\nhost: x\r\n\r\n`,
    ]) {
      const { status, text } = await attacker.bytes(bytes)
      expect([0, 400, 404, 414, 431, 505]).toContain(status)
      expect(text).not.toMatch(/\.ts:\d+|node_modules/)
    }
    expect(await isAlive()).toBe(true)
  })

  it('by smuggling a second request behind the first', async () => {
    const body = 'GET /api/patients HTTP/1.1\r\nx: y\r\n\r\n'
    const smuggled = `POST /api/wards HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${body}`
    const { status, text } = await attacker.bytes(smuggled)
    expect(status).toBe(400)
    expect(text.match(/HTTP\/1\.1/g)?.length ?? 0).toBeLessThanOrEqual(1)
  })

  it('with a message over a WebSocket that is too large, or none', async () => {
    const closes: number[] = []
    for (const message of [
      'x'.repeat(2_100_000),
      Buffer.alloc(2_100_000),
      'not json',
      '{"id":1',
      '[]',
      'null',
      '{"id":{},"method":"query"}',
      '{"id":1,"method":"__proto__","params":{"path":"__proto__"}}',
      Buffer.from([0, 1, 2]),
    ]) {
      closes.push(await closeCodeAfter(message))
    }
    expect(closes.slice(0, 2)).toEqual([1009, 1009])
    expect(await isAlive()).toBe(true)
    expect(dataOf(await attacker.call('system.ping', undefined))).toEqual({ pong: true })
  })
})

/** 0: the line stayed open. */
async function closeCodeAfter(message: string | Buffer): Promise<number> {
  const socket = new WebSocket(`${attacker.url.replace('http', 'ws')}/trpc`)
  await new Promise((resolve) => socket.once('open', resolve))
  const closed = new Promise<number>((resolve) => socket.once('close', resolve))
  socket.on('error', () => undefined)
  socket.send(message)
  // Answered after what came before it.
  const answered = new Promise<number>((resolve) =>
    socket.on('message', (raw: Buffer) => raw.includes('pong') && resolve(0)),
  )
  socket.send(JSON.stringify({ id: 77, method: 'query', params: { path: 'system.ping' } }))
  const code = await Promise.race([closed, answered])
  socket.terminate()
  return code
}
