import { type Dispatcher, Pool } from 'undici'
import type { LoadTarget } from './target.ts'

/** Sends the target once; tells the status, or the failure's code, when the last byte of the answer is there. */
export type Call = (done: (outcome: number | string) => void) => void

export interface Caller {
  call: Call
  close(): Promise<void>
}

export interface CallerOptions {
  connections: number
  timeoutMs: number
}

/**
 * Calls over kept-alive connections at the lowest level of undici: no promise and no stream for each request. 100 closed
 * connections reach 35,000 answers/s of a bare Node server on 2 cores with 0.6 of a core here.
 */
export function openCaller(target: LoadTarget, { connections, timeoutMs }: CallerOptions): Caller {
  const pool = new Pool(target.origin, {
    connections,
    pipelining: 1,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    connect: { timeout: timeoutMs },
  })
  const request: Dispatcher.DispatchOptions = {
    path: target.path,
    method: target.method,
    headers: target.headers,
    body: target.body,
    idempotent: true,
    blocking: false,
  }
  return {
    call: (done) => void pool.dispatch(request, new Answer(done)),
    close: () => pool.destroy(),
  }
}

class Answer implements Dispatcher.DispatchHandler {
  readonly #done: (outcome: number | string) => void
  #status = 0

  constructor(done: (outcome: number | string) => void) {
    this.#done = done
  }

  onRequestStart(): void {}

  onResponseStart(_: unknown, statusCode: number): void {
    this.#status = statusCode
  }

  onResponseData(): void {}

  onResponseEnd(): void {
    this.#done(this.#status)
  }

  onResponseError(_: unknown, error: Error): void {
    this.#done('code' in error && typeof error.code === 'string' ? error.code : error.name)
  }
}
