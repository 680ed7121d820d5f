import { vi } from 'vitest'
import type { Beat, WatchOptions } from '../src/live/watch.ts'

/** Somebody who watches a live stream and keeps all it sends. */
export class Viewer<Frame> implements AsyncDisposable {
  readonly frames: Frame[] = []
  beats = 0
  cursor = ''
  isCongested = false
  /** What ended the stream; `over` when it ended by itself. */
  end: unknown
  readonly #stop = new AbortController()
  readonly #watching: Promise<void>

  constructor(open: (options: WatchOptions) => AsyncGenerator<Beat<Frame>, void>) {
    this.#watching = this.#watch(open({ signal: this.#stop.signal, isCongested: () => this.isCongested }))
  }

  async #watch(stream: AsyncGenerator<Beat<Frame>, void>): Promise<void> {
    try {
      for await (const { cursor, frame } of stream) {
        this.cursor = cursor
        this.beats += 1
        if (frame !== null) this.frames.push(frame)
      }
      this.end = 'over'
    } catch (error) {
      this.end = error
    }
  }

  /** Waits until the stream has begun. */
  async begun(): Promise<this> {
    await this.sees(() => this.beats > 0 || this.end !== undefined)
    return this
  }

  /** Waits for a condition on what came so far. */
  async sees(condition: () => boolean, timeout = 20_000): Promise<void> {
    await vi.waitUntil(condition, { timeout, interval: 10 })
  }

  async close(): Promise<void> {
    this.#stop.abort()
    await this.#watching
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
