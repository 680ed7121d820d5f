import { SpeechError } from '../errors.ts'
import type { SpeechEvent } from './events.ts'
import { Lane, type LaneContext, type LaneEvent, type SavedLane } from './lane.ts'

/** Seconds of unheard sound a session takes before it asks the sender to wait, and at most. */
const CREDIT_SECONDS = 10
const OVERRUN_SECONDS = 30
const BYTES_A_SECOND = 32_000

export interface SessionOptions {
  /** Drug and clinician names of this tenant and this patient, which the decoder then expects. */
  readonly hotwords?: readonly string[]
  /** Two channels, interleaved, are two speakers; one is "unknown". */
  readonly channels?: 1 | 2
  /** Names of the two channels' speakers. */
  readonly speakers?: readonly [string, string]
  /** Seconds of pause that close a segment, 0.4 to 2. */
  readonly pause?: number
}

/** Everything a session is, as JSON: it holds a patient's voice and words and must be kept like them. */
export interface SavedSession {
  readonly version: 1
  readonly model: string
  readonly options: Required<SessionOptions>
  readonly seq: number
  readonly segment: number
  /** Numbers of the segments that have shown a partial but no final, by speaker. */
  readonly openSegments: Readonly<Record<string, number>>
  /** Bytes of a sample that was cut in two. */
  readonly rest: string
  readonly lanes: readonly SavedLane[]
  /** Events nobody had taken when it was saved. */
  readonly pending: readonly SpeechEvent[]
}

type Foundation = Pick<LaneContext, 'pool' | 'folder' | 'live'> & { readonly closed: () => void }

/**
 * One dictation. Feed it 16 kHz PCM16 (little-endian) in chunks of any size; iterate over it for its events; `end` hears
 * what is left. It holds its own sound and shares nothing with another session but the workers, which keep nothing.
 */
export class SpeechSession implements AsyncIterable<SpeechEvent> {
  private readonly foundation: Foundation
  private readonly options: Required<SessionOptions>
  private readonly lanes: readonly Lane[]
  private readonly events: SpeechEvent[]
  private rest: Uint8Array
  private seq: number
  private segment: number
  private readonly openSegments: Map<string, number>
  private working: Promise<void> | undefined
  private state: 'open' | 'ending' | 'over' = 'open'
  /** Snapshots being taken; a session that is given up is held for good. */
  private holds = 0
  /** Something came since the work in hand began. */
  private fresh = false
  private failure: unknown
  private readonly givenUp = new AbortController()
  private wake = Promise.withResolvers<void>()
  private caughtUp = Promise.withResolvers<void>()

  constructor(foundation: Foundation, from: { options: SessionOptions } | { saved: SavedSession }) {
    this.foundation = foundation
    const saved = 'saved' in from ? from.saved : undefined
    this.options = 'saved' in from ? from.saved.options : complete(from.options, foundation.folder.hotwords)
    this.seq = saved?.seq ?? 0
    this.segment = saved?.segment ?? 0
    this.openSegments = new Map(Object.entries(saved?.openSegments ?? {}))
    this.rest = saved ? Buffer.from(saved.rest, 'base64') : new Uint8Array(0)
    this.events = [...(saved?.pending ?? [])]
    const { hotwords, channels, speakers, pause } = this.options
    this.lanes = Array.from({ length: channels }, (_, c) => {
      const speaker = channels === 1 ? 'unknown' : (speakers[c] ?? 'unknown')
      const { signal } = this.givenUp
      const emit = (event: LaneEvent): void => this.emit(event)
      return new Lane({ ...foundation, hotwords, pause, speaker, signal, emit }, saved?.lanes[c])
    })
    if (saved) this.start()
  }

  get model(): string {
    return this.foundation.folder.name
  }

  /** Bytes that may be pushed now; 0 asks the sender to wait for `ready`. */
  get credit(): number {
    return Math.max(0, Math.floor((CREDIT_SECONDS - this.backlog) * BYTES_A_SECOND * this.lanes.length))
  }

  /** Seconds of sound not yet heard, of the channel that is furthest behind. */
  get backlog(): number {
    return Math.max(...this.lanes.map((lane) => lane.backlog))
  }

  /**
   * Takes a chunk and returns the credit left. Nothing is ever dropped: past 30 seconds of unheard sound it throws
   * `session.overrun` and the chunk is not taken; after `end` it throws `session.closed`, and what ended a session that
   * failed.
   */
  push(chunk: Uint8Array): number {
    if (this.failure !== undefined) throw this.failure
    if (this.state !== 'open') throw new SpeechError('session.closed', 'The dictation has ended.', { field: 'session' })
    if (this.backlog > OVERRUN_SECONDS)
      throw new SpeechError('session.overrun', 'More sound came than can be heard.', {
        field: 'chunk',
        retryable: true,
      })
    const bytes = Buffer.concat([this.rest, chunk])
    const channels = this.lanes.length
    const frames = Math.floor(bytes.length / 2 / channels)
    this.lanes.forEach((lane, c) => {
      const samples = new Int16Array(frames)
      for (let i = 0; i < frames; i++) samples[i] = bytes.readInt16LE((i * channels + c) * 2)
      lane.push(samples)
    })
    this.rest = bytes.subarray(frames * 2 * channels)
    this.fresh = true
    this.start()
    return this.credit
  }

  /** Resolves when there is credit again, or the session is over. */
  async ready(): Promise<void> {
    while (this.credit === 0 && !this.isOver) await this.caughtUp.promise
  }

  /** No more sound: hears everything that is left, gives the last finals, and ends the iteration. */
  async end(): Promise<void> {
    if (this.state === 'open') {
      this.state = 'ending'
      for (const lane of this.lanes) lane.end()
      this.fresh = true
      this.start()
    }
    // Not `working`: a snapshot that is being taken holds the work up, and what is left is heard after it.
    while (!this.isOver) await this.caughtUp.promise
    if (this.failure !== undefined) throw this.failure
  }

  /** Stops at once, without hearing what is left, or waiting for a worker; for a session that was saved or is given up. */
  async abandon(): Promise<void> {
    this.holds++
    this.givenUp.abort(new SpeechError('session.closed', 'The dictation was given up.', { field: 'session' }))
    await this.working
    this.finish()
  }

  /** A snapshot after the work in hand; the session goes on. `resumeSession` with it goes on exactly alike. */
  async save(): Promise<SavedSession> {
    if (this.state !== 'open') throw new SpeechError('session.closed', 'The dictation has ended.', { field: 'session' })
    this.holds++
    try {
      await this.working
      if (this.failure !== undefined) throw this.failure
      return this.snapshot()
    } finally {
      this.holds--
      this.fresh = true
      this.start()
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<SpeechEvent, void, undefined> {
    for (;;) {
      const event = this.events.shift()
      if (event) yield event
      else if (this.failure !== undefined) throw this.failure
      else if (this.state === 'over') return
      else await this.wake.promise
    }
  }

  private snapshot(): SavedSession {
    return structuredClone({
      version: 1,
      model: this.model,
      options: this.options,
      seq: this.seq,
      segment: this.segment,
      openSegments: Object.fromEntries(this.openSegments),
      rest: Buffer.from(this.rest).toString('base64'),
      lanes: this.lanes.map((lane) => lane.save()),
      pending: this.events,
    })
  }

  /** Asked anew each time, since awaiting lets it change. */
  private get isOver(): boolean {
    return this.state === 'over'
  }

  private start(): void {
    if (this.working || this.holds > 0 || this.state === 'over') return
    this.fresh = false
    this.working = Promise.all(this.lanes.map((lane) => this.work(lane))).then(
      () => this.rested(),
      (error: unknown) => {
        if (!this.givenUp.signal.aborted) this.failure = error
        this.finish()
      },
    )
  }

  private async work(lane: Lane): Promise<void> {
    while (this.holds === 0 && (await lane.step())) this.notify('caughtUp')
  }

  private rested(): void {
    this.working = undefined
    this.notify('caughtUp')
    // A chunk, or the end, may have come between the last look and now.
    if (this.fresh) this.start()
    else if (this.state === 'ending' && this.holds === 0) this.finish()
  }

  private finish(): void {
    this.working = undefined
    if (this.state === 'over') return
    this.state = 'over'
    this.foundation.closed()
    this.notify('wake')
    this.notify('caughtUp')
  }

  private emit(event: LaneEvent): void {
    // The next partial and the final replace a partial that nobody has taken; finals always stay.
    if (event.kind !== 'lag') {
      const stale = this.events.findIndex((waiting) => waiting.kind === 'partial' && waiting.speaker === event.speaker)
      if (stale >= 0) this.events.splice(stale, 1)
    }
    const seq = ++this.seq
    this.events.push(event.kind === 'lag' ? { ...event, seq } : { ...event, seq, segment: this.segmentOf(event) })
    this.notify('wake')
  }

  private segmentOf(event: { kind: 'partial' | 'final'; speaker: string }): number {
    const number = this.openSegments.get(event.speaker) ?? this.segment++
    if (event.kind === 'final') this.openSegments.delete(event.speaker)
    else this.openSegments.set(event.speaker, number)
    return number
  }

  private notify(which: 'wake' | 'caughtUp'): void {
    this[which].resolve()
    this[which] = Promise.withResolvers<void>()
  }
}

function complete(options: SessionOptions, modelHotwords: readonly string[]): Required<SessionOptions> {
  const pause = options.pause ?? 0.7
  if (!(pause >= 0.4 && pause <= 2))
    throw new SpeechError('session.invalid', 'The pause lies outside 0.4 to 2 seconds.', { field: 'pause' })
  return {
    hotwords: [...modelHotwords, ...(options.hotwords ?? [])],
    channels: options.channels ?? 1,
    speakers: options.speakers ?? ['speaker-1', 'speaker-2'],
    pause,
  }
}
