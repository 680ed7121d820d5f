import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { openEventStream, openWebSocket, ratesOf } from './bedside-client.ts'
import { type Served, serve } from './serve.ts'

let server: Served
let nurse: string
beforeAll(async () => {
  server = await serve()
  nurse = await server.token(server.hospital.nurse)
})
afterAll(() => server[Symbol.asyncDispose]())

let taken = 0
async function record(patientId: string, rates: readonly number[]): Promise<void> {
  const readings = rates.map((heartRate) => ({ patientId, at: Date.now() - 60_000 + taken++, heartRate }))
  const answer = await fetch(`${server.url}/api/vitals`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${server.hospital.gatewayToken}` },
    body: JSON.stringify({ readings }),
  })
  expect(await answer.json()).toMatchObject({ stored: rates.length })
}

describe.each([
  ['server-sent events', openEventStream],
  ['a WebSocket', openWebSocket],
])('a patient’s stream over %s', (_, open) => {
  it('goes on behind its last message after the server was restarted, without loss or repetition', async () => {
    const { patientId } = await server.hospital.admit()
    const options = { token: nurse, path: 'vitals.watchPatient', input: { patientId } }
    const first = await open(server.url, { ...options, lastEventId: null })
    await vi.waitUntil(() => first.messages.length > 0, 10_000)
    await record(patientId, [61, 62])
    await vi.waitUntil(() => ratesOf(first.messages).length === 2, 10_000)
    await record(patientId, [63])
    await server.restart()
    await first.ended
    await record(patientId, [64, 65])
    const second = await open(server.url, { ...options, lastEventId: first.lastId() })
    await record(patientId, [66])
    await vi.waitUntil(() => ratesOf([...first.messages, ...second.messages]).length >= 6, 10_000)
    second.close()
    await second.ended
    expect(ratesOf([...first.messages, ...second.messages])).toEqual([61, 62, 63, 64, 65, 66])
  })

  it('brings nothing of a patient to whoever may not see one', async () => {
    const stranger = await server.token(await server.hospital.hire('nurse'))
    const { patientId } = await server.hospital.admit()
    const options = { token: stranger, path: 'vitals.watchPatient', input: { patientId }, lastEventId: null }
    const brought = await open(server.url, options).then(
      async ({ messages, close, ended }) => {
        await record(patientId, [70])
        close()
        await ended
        return messages
      },
      () => [],
    )
    expect(brought).toEqual([])
  })
})

describe('a WebSocket', () => {
  it('with a cookie opens only from a page of ours', async () => {
    const attempt = (headers: Record<string, string>) =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(`${server.url.replace('http', 'ws')}/trpc`, { headers })
        socket.once('open', () => {
          resolve('open')
          socket.close()
        })
        socket.once('unexpected-response', (_, response) => {
          resolve(String(response.statusCode))
          socket.terminate()
        })
        socket.once('error', () => undefined)
      })
    const cookie = `chartwire_session=${nurse}`
    expect(await attempt({ cookie, origin: 'https://evil.example' })).toBe('403')
    expect(await attempt({ cookie })).toBe('403')
    expect(await attempt({ cookie, origin: server.url })).toBe('open')
    expect(await attempt({})).toBe('open')
  })
})
