import type { BeatKind } from './beats.ts'
import { Watchdog } from './watchdog.ts'

/**
 * `live`: heard of within the last seconds, the only state in which what is shown may be taken for the present.
 * `stale`: connected, yet silent for longer than the server ever is. `ended`: for good.
 */
export type StreamStatus = 'connecting' | 'live' | 'stale' | 'reconnecting' | 'ended'

/** How a stream hears of its subscription. */
export interface StreamEvents<Beat> {
  data: (id: string, beat: Beat) => void
  connecting: () => void
  stopped: () => void
  failed: (error: unknown) => void
}

export interface LiveStreamOptions<Beat> {
  kind: BeatKind<Beat>
  /** Subscribes behind the event with this id; gives back how to stop. */
  subscribe: (lastEventId: string | undefined, events: StreamEvents<Beat>) => () => void
  /** Called when the connection must be taken for dead. */
  onDead: () => void
  lastEventId?: string | undefined
  signal?: AbortSignal | undefined
}

/** Alarm events and readings that may wait for a slow consumer; beyond it the stream pauses, and resumes without loss. */
const mostWaiting = 5_000

/**
 * A live stream of the server as an async iterable. It survives lost connections and restarted servers without loss or
 * repetition. What comes while the consumer is busy merges into one beat; when more waits than may be merged, the stream
 * pauses and later resumes behind what was consumed. Starts with the first step of the loop, ends when the loop is left.
 */
export class LiveStream<Beat extends { serverTime: string }> implements AsyncIterable<Beat> {
  readonly #options: LiveStreamOptions<Beat>
  readonly #watchdog: Watchdog
  readonly #listeners = new Set<(status: StreamStatus) => void>()
  readonly #hearers = new Set<() => void>()
  #status: StreamStatus = 'connecting'
  #lastDataAt: Date | null = null
  #clockOffsetMs = 0
  #error: unknown
  #hasFailed = false
  #lastEventId: string | undefined
  #waiting: { id: string; beat: Beat } | undefined
  #stop: (() => void) | undefined
  #wake: (() => void) | undefined
  #isIterated = false

  constructor(options: LiveStreamOptions<Beat>) {
    this.#options = options
    this.#lastEventId = options.lastEventId
    this.#watchdog = new Watchdog({
      onSilent: () => this.#become('stale'),
      onDead: () => {
        this.#pause()
        options.onDead()
        this.#follow()
      },
    })
    options.signal?.addEventListener('abort', () => this.close(), { once: true })
    if (options.signal?.aborted) this.close()
  }

  get status(): StreamStatus {
    return this.#status
  }

  /** When the server was last heard of, heartbeats included, by this machine's clock. It beats every 5 s. */
  get lastDataAt(): Date | null {
    return this.#lastDataAt
  }

  /** The server's clock less this machine's, in ms, by the last message: to be added before comparing with times in beats. */
  get clockOffsetMs(): number {
    return this.#clockOffsetMs
  }

  /** The id of the last beat handed out; give it to a later stream as `lastEventId`, and that one continues behind it. */
  get lastEventId(): string | undefined {
    return this.#lastEventId
  }

  /** Calls back with every change of status; gives back how to stop. */
  onStatus(listener: (status: StreamStatus) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Calls back with everything that is heard of the server, heartbeats included; gives back how to stop. */
  onHeard(listener: () => void): () => void {
    this.#hearers.add(listener)
    return () => this.#hearers.delete(listener)
  }

  /** Ends the stream and the loop over it. */
  close(): void {
    this.#waiting = undefined
    this.#end()
  }

  [Symbol.asyncIterator](): AsyncIterator<Beat, void> {
    if (this.#isIterated) throw new Error('A live stream can be iterated once; watch again for another loop.')
    this.#isIterated = true
    if (this.#status !== 'ended') this.#follow()
    return {
      next: () => this.#next(),
      return: () => {
        this.close()
        return Promise.resolve({ done: true, value: undefined })
      },
    }
  }

  async #next(): Promise<IteratorResult<Beat, void>> {
    while (this.#waiting === undefined && this.#status !== 'ended') {
      await new Promise<void>((wake) => (this.#wake = wake))
    }
    const waiting = this.#waiting
    if (waiting === undefined) {
      if (this.#hasFailed) {
        this.#hasFailed = false
        throw this.#error
      }
      return { done: true, value: undefined }
    }
    this.#waiting = undefined
    this.#lastEventId = waiting.id
    if (this.#stop === undefined && this.#status !== 'ended') this.#follow()
    return { done: false, value: waiting.beat }
  }

  #follow(): void {
    // Late words of an earlier subscription are not for this one.
    let isCurrent = true
    const whenCurrent =
      <Arguments extends unknown[]>(act: (...given: Arguments) => void) =>
      (...given: Arguments) => {
        if (isCurrent) act(...given)
      }
    this.#watchdog.feed()
    const unsubscribe = this.#options.subscribe(this.#waiting?.id ?? this.#lastEventId, {
      data: whenCurrent((id, beat) => this.#take(id, beat)),
      connecting: whenCurrent(() => this.#become(this.#lastDataAt === null ? 'connecting' : 'reconnecting')),
      stopped: whenCurrent(() => this.#end()),
      failed: whenCurrent((error) => {
        this.#error = error
        this.#hasFailed = true
        this.#end()
      }),
    })
    this.#stop = () => {
      isCurrent = false
      unsubscribe()
    }
  }

  #take(id: string, beat: Beat): void {
    this.#lastDataAt = new Date()
    this.#clockOffsetMs = Date.parse(beat.serverTime) - this.#lastDataAt.getTime()
    this.#watchdog.feed()
    this.#become('live')
    const { kind } = this.#options
    if (this.#waiting) {
      this.#waiting = { id, beat: kind.isNews(beat) ? kind.merge(this.#waiting.beat, beat) : this.#waiting.beat }
      if (kind.weight(this.#waiting.beat) > mostWaiting) this.#pause()
    } else if (kind.isNews(beat)) this.#waiting = { id, beat }
    else this.#lastEventId = id
    this.#wake?.()
    for (const listener of this.#hearers) listener()
  }

  #pause(): void {
    this.#watchdog.rest()
    this.#stop?.()
    this.#stop = undefined
    this.#become(this.#lastDataAt === null ? 'connecting' : 'reconnecting')
  }

  #end(): void {
    this.#watchdog.rest()
    this.#stop?.()
    this.#stop = undefined
    this.#become('ended')
    this.#wake?.()
  }

  #become(status: StreamStatus): void {
    if (this.#status === status || this.#status === 'ended') return
    this.#status = status
    for (const listener of this.#listeners) listener(status)
  }
}
