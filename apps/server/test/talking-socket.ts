import { once } from 'node:events'
import { expect, vi } from 'vitest'
import { WebSocket } from 'ws'
import type { Served } from './serve.ts'

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

/** A socket that has said nothing yet. */
export async function connected(server: Served, query = 'connectionParams=1'): Promise<TalkingSocket> {
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

/** A socket that has said whose it is. */
export async function introduced(server: Served, token: string): Promise<TalkingSocket> {
  const socket = await connected(server)
  socket.say({ method: 'connectionParams', data: { token } })
  socket.say({ id: 9_000, method: 'query', params: { path: 'identity.me' } })
  expect(await socket.answerTo(9_000)).toContain('"result"')
  return socket
}
