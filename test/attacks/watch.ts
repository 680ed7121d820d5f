import { vi } from 'vitest'
import { WebSocket } from 'ws'
import type { Caller } from '../world/http.ts'

interface Frame {
  id?: number
  result?: { type?: string; data?: unknown }
  error?: { data: { code: string } }
}

/** A stream over a WebSocket, with all it brought and what ended it. */
export class Watch implements AsyncDisposable {
  readonly messages: unknown[] = []
  /** The code of the error that ended it; `over` when it ended by itself or with its line. */
  end: string | undefined
  readonly #socket: WebSocket

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('error', () => socket.terminate())
    socket.on('close', () => (this.end ??= 'over'))
    socket.on('message', (raw: Buffer) => {
      const text = raw.toString('utf8')
      if (!text.startsWith('{')) return
      const { result, error } = JSON.parse(text) as Frame
      if (error) this.end ??= error.data.code
      else if (result?.type === 'stopped') this.end ??= 'over'
      else if (result?.type === 'data') this.messages.push(result.data)
    })
  }

  /** Resolves when the stream has begun, or was refused. */
  static async open({ url, token }: Caller, path: string, input: object): Promise<Watch> {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/trpc?connectionParams=1`)
    await new Promise<void>((resolve, reject) => socket.once('open', resolve).once('error', reject))
    const watch = new Watch(socket)
    socket.send(JSON.stringify({ method: 'connectionParams', data: token === null ? {} : { token } }))
    socket.send(JSON.stringify({ id: 1, method: 'subscription', params: { path, input } }))
    await watch.sees(() => watch.messages.length > 0 || watch.end !== undefined)
    return watch
  }

  async sees(condition: () => boolean): Promise<void> {
    await vi.waitUntil(condition, { timeout: 20_000, interval: 10 })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.terminate()
    await this.sees(() => this.#socket.readyState === WebSocket.CLOSED)
  }
}
