import type { SavedBeam } from '../decoding/beam.ts'
import { FrameBuffer } from './frame-buffer.ts'

/** Frames are 20 ms for every wav2vec2-like model; the engine checks that its model agrees. */
export const FRAMES_A_SECOND = 50
const SURE_BLANK = Math.log(0.95)
const HEARD_SOMETHING = Math.log(0.5)
/** A blank run this long closes a segment even where noise hides the pause from the level detector. */
const LONG_BLANK = 1.5 * FRAMES_A_SECOND
/** Quiet kept before the first word. */
const PRE_ROLL = 10
/** 160 ms: shorter ones lie within words. */
const SHORTEST_PAUSE = 8
const SOFT_LIMIT = 15 * FRAMES_A_SECOND
const HARD_LIMIT = 30 * FRAMES_A_SECOND

export interface SavedSegment {
  readonly start: number
  readonly frames: string
  readonly quiet: string
  readonly scanned: number
  readonly heard: boolean
  readonly blankRun: number
  readonly seen: number
  readonly beam: SavedBeam | null
}

/** The open segment of one lane: its frames, and where it should be cut. All positions are frames of the session. */
export class Segment {
  start: number
  /** How many of its frames the beam has seen. */
  seen = 0
  beam: SavedBeam | undefined
  private readonly blank: number
  private readonly frames: FrameBuffer
  private quiet: boolean[] = []
  private scanned = 0
  private heard = false
  private blankRun = 0

  constructor(shape: { classes: number; blank: number }, from: number | SavedSegment) {
    this.blank = shape.blank
    this.frames = new FrameBuffer(shape.classes)
    if (typeof from === 'number') {
      this.start = from
      return
    }
    this.start = from.start
    this.seen = from.seen
    this.beam = from.beam ?? undefined
    this.scanned = from.scanned
    this.heard = from.heard
    this.blankRun = from.blankRun
    this.quiet = Array.from(from.quiet, (flag) => flag === '1')
    const bytes = Buffer.from(from.frames, 'base64')
    this.frames.append(new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)))
  }

  get length(): number {
    return this.frames.length
  }

  get hasWords(): boolean {
    return this.heard
  }

  append(probs: Float32Array, quiet: readonly boolean[]): void {
    this.frames.append(probs)
    this.quiet.push(...quiet)
  }

  /**
   * Goes through the new frames and returns the length to cut the segment at, as soon as there is a reason to. One whose
   * partials were shown is cut behind all that the beam has seen: what they called stable stays in it.
   */
  findCut(pauseFrames: number, isShown: boolean): number | undefined {
    const earliest = isShown ? this.seen : 0
    while (this.scanned < this.frames.length) {
      const blank = this.frames.at(this.scanned, this.blank)
      this.scanned++
      this.blankRun = blank > SURE_BLANK ? this.blankRun + 1 : 0
      if (blank < HEARD_SOMETHING) this.heard = true
      if (!this.heard) continue
      const inPause = this.blankRun >= pauseFrames
      if (inPause && (this.blankRun >= LONG_BLANK || this.quietShare(pauseFrames) >= 0.5)) return this.scanned
      if (this.scanned >= HARD_LIMIT) return this.longestPause(earliest) ?? this.scanned
      if (this.scanned < SOFT_LIMIT) continue
      // The pauses behind cannot be taken any more: the first one that is long enough, and that with time is a short one.
      if (isShown && this.blankRun >= this.wantedPause(pauseFrames))
        return Math.max(earliest, this.scanned - (this.blankRun >> 1))
      if (!isShown && this.scanned % FRAMES_A_SECOND === 0) {
        const pause = this.longestPause(earliest)
        if (pause !== undefined) return pause
      }
    }
    return undefined
  }

  /** Before the first word only a little quiet is kept, so that silence costs nothing. */
  dropSilence(): void {
    if (this.heard || this.frames.length <= PRE_ROLL) return
    const drop = this.frames.length - PRE_ROLL
    this.frames.drop(drop)
    this.quiet.splice(0, drop)
    this.start += drop
    this.scanned -= drop
    this.seen = 0
    this.beam = undefined
  }

  /** Splits off everything from `at`, which becomes the next segment, not yet scanned or decoded. */
  cut(at: number): Segment {
    const next = new Segment({ classes: this.frames.classes, blank: this.blank }, this.start + at)
    next.frames.append(this.frames.copy(at))
    this.frames.truncate(at)
    next.quiet = this.quiet.splice(at)
    return next
  }

  probs(from = 0): Float32Array {
    return this.frames.copy(from)
  }

  save(): SavedSegment {
    const bytes = this.probs()
    return {
      start: this.start,
      frames: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64'),
      quiet: this.quiet.map((flag) => (flag ? '1' : '0')).join(''),
      scanned: this.scanned,
      heard: this.heard,
      blankRun: this.blankRun,
      seen: this.seen,
      beam: this.beam ?? null,
    }
  }

  private quietShare(frames: number): number {
    const last = this.quiet.slice(this.scanned - frames, this.scanned)
    return last.filter(Boolean).length / frames
  }

  /** From half of the pause that closes any segment at the soft limit to the shortest one half-way to the hard limit. */
  private wantedPause(pauseFrames: number): number {
    const late = Math.min(1, (2 * (this.scanned - SOFT_LIMIT)) / (HARD_LIMIT - SOFT_LIMIT))
    return Math.max(SHORTEST_PAUSE, Math.round((pauseFrames / 2) * (1 - late)))
  }

  /** The middle of the longest run of blanks in what lies behind the third second, and not before `earliest`. */
  private longestPause(earliest: number): number | undefined {
    let best: { middle: number; length: number } | undefined
    let run = 0
    for (let i = Math.max(3 * FRAMES_A_SECOND, earliest); i < this.scanned; i++) {
      run = this.frames.at(i, this.blank) > SURE_BLANK ? run + 1 : 0
      if (run >= SHORTEST_PAUSE && run > (best?.length ?? 0)) best = { middle: i - (run >> 1), length: run }
    }
    return best?.middle
  }
}
