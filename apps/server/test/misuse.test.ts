import { once } from 'node:events'
import { connect } from 'node:net'
import { type TestHospital, testHospital } from '@chartwire/db/testing/hospital'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { ask, bearer, json } from './ask.ts'
import { type Served, serve } from './serve.ts'
import { connected, introduced } from './talking-socket.ts'

let hospital: TestHospital
beforeAll(async () => {
  hospital = await testHospital()
})
afterAll(() => hospital[Symbol.asyncDispose]())

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
    await using server = await serve({ hospital })
    const socket = await introduced(server, await server.token(server.hospital.nurse))
    const before = socket.text()
    socket.raw(message())
    expect(await socket.closed).toBe(1008)
    expect(socket.text()).toBe(before)
  })

  it('is closed by a message that is too large, and by too many of them', async () => {
    await using server = await serve({ hospital })
    const token = await server.token(server.hospital.nurse)
    const large = await introduced(server, token)
    large.raw('x'.repeat(2_000_001))
    expect(await large.closed).toBe(1009)
    const chatty = await introduced(server, token)
    for (let count = 0; count < 6_000; count++) chatty.raw('PING')
    expect(await chatty.closed).toBe(1008)
  })

  it('answers what is no JSON, and a batch that is too long, without doing it', async () => {
    await using server = await serve({ hospital })
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
    await using server = await serve({
      hospital,
      patience: { headersMs: 300, requestMs: 300, idleMs: 5_000, checkMs: 50 },
    })
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
    await using server = await serve({ hospital })
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
    await using server = await serve({ hospital })
    const { url } = server
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
    await using server = await serve({ hospital })
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
    await using server = await serve({ hospital, patience })
    expect(await trickle(server, 'GET /health HTTP/1.1\r\nhost: x\r\n', 'x-a: b\r\n')).toMatch(/^HTTP\/1\.1 408 /)
  })

  it('that never ends its body is hung up on, while others are served', async () => {
    await using server = await serve({ hospital, patience })
    const head =
      'POST /api/sessions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n'
    const slow = Array.from({ length: 30 }, () => trickle(server, head, ' '))
    expect((await fetch(`${server.url}/health`)).status).toBe(200)
    for (const heard of await Promise.all(slow)) expect(heard).toMatch(/^HTTP\/1\.1 408 |^$/)
  })

  it('that says nothing at all is hung up on', async () => {
    await using server = await serve({ hospital, patience })
    expect(await trickle(server, '', '')).toMatch(/^HTTP\/1\.1 408 |^$/)
  })
})
