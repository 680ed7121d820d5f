import { WebSocket } from 'ws'
import { type Answer, type Call } from './answer.ts'
import { type Caller, toAnswer, type WireAnswer } from './http.ts'

interface Frame extends WireAnswer {
  id?: number | null
  result?: { type?: string; data?: unknown }
}

const longestWaitMs = 20_000

/** One WebSocket of one login, in the raw frames of the protocol. */
export class Line implements AsyncDisposable {
  readonly #socket: WebSocket
  readonly #waiting = new Map<number, (answer: Answer) => void>()
  #last = 0

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('message', (raw: Buffer) => this.#take(raw.toString('utf8')))
    socket.on('error', () => socket.terminate())
    socket.on('close', (code) => {
      for (const resolve of this.#waiting.values()) resolve({ data: `The line was closed: ${code}.` })
    })
  }

  static async open({ url, token, headers = {} }: Caller): Promise<Line> {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/trpc?connectionParams=1`, { headers })
    await new Promise<void>((resolve, reject) => socket.once('open', resolve).once('error', reject))
    const line = new Line(socket)
    socket.send(JSON.stringify({ method: 'connectionParams', data: token === null ? {} : { token } }))
    return line
  }

  /** Sends a message of any kind. */
  send(message: object): Promise<void> {
    return new Promise((resolve, reject) =>
      this.#socket.send(JSON.stringify(message), (error) => (error ? reject(error) : resolve())),
    )
  }

  /** Calls a procedure; of a stream, waits for its first message and stops it. */
  call(type: 'query' | 'mutation' | 'subscription', { path, input }: Call): Promise<Answer> {
    const id = (this.#last += 1)
    return new Promise((resolve, reject) => {
      const late = setTimeout(
        () => reject(new Error(`${path} did not answer ${JSON.stringify(input)?.slice(0, 300)}`)),
        longestWaitMs,
      )
      this.#waiting.set(id, (answer) => {
        clearTimeout(late)
        resolve(answer)
      })
      this.#socket.send(JSON.stringify({ id, method: type, params: { path, input } }))
    })
  }

  #take(text: string): void {
    if (!text.startsWith('{')) return
    const frame = JSON.parse(text) as Frame
    if (typeof frame.id !== 'number' || frame.result?.type === 'started' || frame.result?.type === 'stopped') return
    const resolve = this.#waiting.get(frame.id)
    if (!resolve) return
    this.#waiting.delete(frame.id)
    this.#socket.send(JSON.stringify({ id: frame.id, method: 'subscription.stop' }))
    resolve(toAnswer(frame))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#socket.readyState === WebSocket.CLOSED) return
    const closed = new Promise((resolve) => this.#socket.once('close', resolve))
    this.#socket.close()
    await closed
  }
}
