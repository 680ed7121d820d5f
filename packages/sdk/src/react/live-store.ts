import type { LiveStream, StreamStatus } from '../live/live-stream.ts'
import { onNextFrame } from './frame.ts'

/** How far what is shown may be taken for the present. */
export interface Liveness {
  /** Only in `live` may what is shown be taken for the present. */
  status: StreamStatus
  /** When the server was last heard of, heartbeats included. */
  lastDataAt: Date | null
  /** The server's clock less this machine's, in ms. */
  clockOffsetMs: number
  /** Why the stream ended, when it did not end well. */
  error: unknown
}

export interface LiveSource<State, Beat extends { serverTime: string }> {
  initial: State
  reduce: (state: State, beat: Beat) => State
  open: () => LiveStream<Beat>
  /** Called when nobody has listened for a while and the stream was closed. */
  onIdle: () => void
}

/** Components come and go, and StrictMode mounts each twice: the stream outlives such gaps. */
const lingerMs = 1_000

/** The merged state of one stream for all components that show it, told to them at most once a frame. */
export class LiveStore<State extends object, Beat extends { serverTime: string }> {
  readonly #source: LiveSource<State, Beat>
  readonly #listeners = new Set<() => void>()
  #state: State
  #error: unknown = null
  #stream: LiveStream<Beat> | undefined
  #snapshot: State & Liveness
  #callOff: (() => void) | undefined
  #linger: ReturnType<typeof setTimeout> | undefined

  constructor(source: LiveSource<State, Beat>) {
    this.#source = source
    this.#state = source.initial
    this.#snapshot = this.#look()
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    clearTimeout(this.#linger)
    this.#listeners.add(listener)
    if (this.#stream === undefined || this.#stream.status === 'ended') this.#stream = this.#start()
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size === 0) this.#linger = setTimeout(() => this.#rest(), lingerMs)
    }
  }

  readonly snapshot = (): State & Liveness => this.#snapshot

  #start(): LiveStream<Beat> {
    const stream = this.#source.open()
    this.#state = this.#source.initial
    this.#error = null
    stream.onStatus(() => this.#changed())
    stream.onHeard(() => this.#changed())
    this.#follow(stream).catch((error: unknown) => {
      if (stream !== this.#stream) return
      this.#error = error
      this.#changed()
    })
    return stream
  }

  async #follow(stream: LiveStream<Beat>): Promise<void> {
    for await (const beat of stream) {
      this.#state = this.#source.reduce(this.#state, beat)
      this.#changed()
    }
  }

  #rest(): void {
    this.#stream?.close()
    this.#stream = undefined
    this.#callOff?.()
    this.#callOff = undefined
    this.#state = this.#source.initial
    this.#error = null
    this.#snapshot = this.#look()
    this.#source.onIdle()
  }

  #changed(): void {
    this.#callOff ??= onNextFrame(() => {
      this.#callOff = undefined
      this.#snapshot = this.#look()
      for (const listener of this.#listeners) listener()
    })
  }

  #look(): State & Liveness {
    const { status = 'connecting', lastDataAt = null, clockOffsetMs = 0 } = this.#stream ?? {}
    return { ...this.#state, status, lastDataAt, clockOffsetMs, error: this.#error }
  }
}
