import { setTimeout as wait } from 'node:timers/promises'
import { SpeechError } from '../errors.ts'
import type { ModelFolder } from '../model/model-folder.ts'
import type { Job, ResultOf } from '../pool/jobs.ts'
import type { Priority, WorkerPool } from '../pool/worker-pool.ts'
import { normaliseTranscript } from '../text/normalise-transcript.ts'
import type { FinalEvent, LagEvent, PartialEvent } from './events.ts'
import { LaneAudio } from './lane-audio.ts'
import { FRAMES_A_SECOND, type SavedSegment, Segment } from './segment.ts'
import { type FrameLevel, type SavedVoiceActivity, VoiceActivity } from './voice-activity.ts'
import { spokenWords } from './word-times.ts'

const SAMPLES_A_FRAME = 320
const SAMPLES_A_SECOND = SAMPLES_A_FRAME * FRAMES_A_SECOND
/** What the network looks at beyond the start of its last frame. */
const LAST_FRAME_EXTRA = 80
/** Silence put before the first and after the last sample: no sound starts or ends as abruptly as a file. */
const EDGE_FRAMES = 12
/** A window is left out when nothing but room noise lies this close to it. */
const GUARD_FRAMES = 15
/** A recording can wait: strides this many times longer save most of the context that is heard twice. */
const FILE_STRIDE = 10
const LAG_SECONDS = 2

export type LaneEvent =
  | Omit<PartialEvent, 'seq' | 'segment'>
  | Omit<FinalEvent, 'seq' | 'segment'>
  | Omit<LagEvent, 'seq'>

export interface LaneContext {
  readonly pool: WorkerPool
  readonly folder: ModelFolder
  readonly hotwords: readonly string[]
  readonly speaker: string
  /** A pause this long, in seconds, closes a segment. */
  readonly pause: number
  /** A file is not live: it waits its turn and gives no partials. */
  readonly live: boolean
  /** The session is given up. */
  readonly signal: AbortSignal
  readonly emit: (event: LaneEvent) => void
}

export interface SavedLane {
  readonly audio: { readonly first: number; readonly samples: string }
  readonly activity: SavedVoiceActivity
  readonly levels: readonly FrameLevel[]
  readonly levelsFrom: number
  readonly done: number
  readonly segment: SavedSegment
  readonly lastPartial: string
  readonly atSentenceStart: boolean
  /** Whether its last word on the matter was that it lags. */
  readonly lagging?: boolean
}

/**
 * One channel of one session. Windows lie on a grid fixed by sample positions, never by when a chunk happened to arrive,
 * so the same sound gives the same words however it is cut, saved or resumed. All positions are in 20 ms frames.
 */
export class Lane {
  private readonly context: LaneContext
  private readonly audio: LaneAudio
  private readonly activity: VoiceActivity
  private readonly levels: FrameLevel[]
  private levelsFrom: number
  private done: number
  private segment: Segment
  private lastPartial: string
  private atSentenceStart: boolean
  private ended = false
  private lagging: boolean

  constructor(context: LaneContext, saved?: SavedLane) {
    this.context = context
    const { size: classes, blank } = context.folder.vocabulary
    this.audio = saved ? new LaneAudio(saved.audio.first, decodeSamples(saved.audio.samples)) : new LaneAudio()
    this.activity = new VoiceActivity(saved?.activity)
    this.levels = [...(saved?.levels ?? [])]
    this.levelsFrom = saved?.levelsFrom ?? 0
    this.done = saved?.done ?? 0
    this.segment = new Segment({ classes, blank }, saved?.segment ?? 0)
    this.lastPartial = saved?.lastPartial ?? ''
    this.atSentenceStart = saved?.atSentenceStart ?? true
    this.lagging = saved?.lagging ?? false
  }

  /** Seconds of sound that could be heard by now but have not been. */
  get backlog(): number {
    const waiting = this.audio.end / SAMPLES_A_FRAME - this.done - this.frames('stride') - this.frames('right')
    return Math.max(0, waiting / FRAMES_A_SECOND)
  }

  push(samples: Int16Array): void {
    this.audio.append(samples)
    while ((this.levelsFrom + this.levels.length + 1) * SAMPLES_A_FRAME <= this.audio.end) {
      const at = (this.levelsFrom + this.levels.length) * SAMPLES_A_FRAME
      this.levels.push(this.activity.frame(this.audio.frame(at, SAMPLES_A_FRAME)))
    }
  }

  end(): void {
    this.ended = true
  }

  /** Does the next window if there is one; false when there is nothing to do before more sound arrives. */
  async step(): Promise<boolean> {
    this.reportLag()
    const plan = this.nextWindow()
    if (!plan) {
      if (this.ended && this.segment.length > 0) await this.closeLast()
      return false
    }
    if (this.isRoomNoise(plan.count)) await this.take(this.silence(plan.count), plan.count)
    else await this.hear(plan)
    return true
  }

  save(): SavedLane {
    return {
      audio: this.audio.save((this.done - this.frames('left')) * SAMPLES_A_FRAME),
      activity: this.activity.save(),
      levels: this.levels,
      levelsFrom: this.levelsFrom,
      done: this.done,
      segment: this.segment.save(),
      lastPartial: this.lastPartial,
      atSentenceStart: this.atSentenceStart,
      lagging: this.lagging,
    }
  }

  private frames(part: 'left' | 'stride' | 'right'): number {
    const seconds = this.context.folder.streaming[part]
    const longer = part === 'stride' && !this.context.live ? FILE_STRIDE : 1
    return Math.round(seconds * longer * FRAMES_A_SECOND)
  }

  private nextWindow(): { start: number; count: number; end: number } | undefined {
    const [left, stride, right] = [this.frames('left'), this.frames('stride'), this.frames('right')]
    const start = Math.max(this.done - left, -EDGE_FRAMES)
    const whole = (this.done + stride + right) * SAMPLES_A_FRAME + LAST_FRAME_EXTRA
    if (this.audio.end >= whole) return { start, count: stride, end: whole }
    const total = Math.ceil(this.audio.end / SAMPLES_A_FRAME)
    if (!this.ended || this.done >= total) return undefined
    return { start, count: total - this.done, end: (total + EDGE_FRAMES) * SAMPLES_A_FRAME + LAST_FRAME_EXTRA }
  }

  private isRoomNoise(count: number): boolean {
    const near = this.levels.slice(
      Math.max(0, this.done - GUARD_FRAMES - this.levelsFrom),
      this.done + count + GUARD_FRAMES - this.levelsFrom,
    )
    return near.every((level) => level === 'room')
  }

  private silence(count: number): Float32Array {
    const { size, blank } = this.context.folder.vocabulary
    return new Float32Array(count * size).fill(-20).map((value, i) => (i % size === blank ? 0 : value))
  }

  private async hear(plan: { start: number; count: number; end: number }): Promise<void> {
    const { segment } = this
    const result = await this.run({
      kind: 'window',
      samples: this.audio.window(plan.start * SAMPLES_A_FRAME, plan.end),
      first: this.done - plan.start,
      count: plan.count,
      carried: segment.probs(segment.seen),
      beam: segment.beam,
      hotwords: this.context.hotwords,
      live: this.context.live,
    })
    await this.take(result.probs, plan.count)
    if (this.segment !== segment) return
    segment.beam = result.beam
    segment.seen = segment.length
    segment.dropSilence()
    if (segment.hasWords && this.context.live && !this.lagging && result.text !== this.lastPartial) {
      this.lastPartial = result.text
      this.emitPartial(result)
    }
  }

  private emitPartial({ text, stable }: { text: string; stable: number }): void {
    const { speaker, folder } = this.context
    this.context.emit({ kind: 'partial', speaker, model: folder.name, text, stable })
  }

  /** Adds frames to the open segment and closes it as often as they ask for it. */
  private async take(probs: Float32Array, count: number): Promise<void> {
    const quiet = Array.from({ length: count }, (_, i) => this.levels[this.done + i - this.levelsFrom] !== 'speech')
    this.segment.append(probs, quiet)
    this.done += count
    const keepLevels = this.done - GUARD_FRAMES - this.levelsFrom
    if (keepLevels > 0) this.levelsFrom += this.levels.splice(0, keepLevels).length
    this.audio.forgetBefore((this.done - this.frames('left')) * SAMPLES_A_FRAME)
    const pause = Math.round(this.context.pause * FRAMES_A_SECOND)
    const { live } = this.context
    for (let cut = this.segment.findCut(pause, live); cut !== undefined; cut = this.segment.findCut(pause, live)) {
      const next = this.segment.cut(cut)
      await this.close(this.segment)
      this.segment = next
    }
    if (this.segment.seen === 0) this.segment.dropSilence()
  }

  private async closeLast(): Promise<void> {
    const last = this.segment
    this.segment = last.cut(last.length)
    await this.close(last)
  }

  private async close(segment: Segment): Promise<void> {
    const shown = this.lastPartial
    this.lastPartial = ''
    if (!segment.hasWords) return
    const covers = segment.seen <= segment.length
    const { words } = await this.run(
      {
        kind: 'segment',
        probs: segment.probs(),
        seen: covers ? segment.seen : 0,
        beam: covers ? segment.beam : undefined,
        hotwords: this.context.hotwords,
        live: this.context.live,
      },
      'final',
    )
    if (words.length === 0) {
      // What was shown has come to nothing.
      if (shown !== '') this.emitPartial({ text: '', stable: 0 })
      return
    }
    const timed = spokenWords(words, {
      first: segment.start,
      last: segment.start + segment.length,
      end: this.audio.end / SAMPLES_A_SECOND,
    })
    const { text, pieces, endsSentence } = normaliseTranscript(
      timed.map((word) => word.word),
      { hotwords: this.context.hotwords, atSentenceStart: this.atSentenceStart },
    )
    this.atSentenceStart = endsSentence
    this.context.emit({
      kind: 'final',
      speaker: this.context.speaker,
      model: this.context.folder.name,
      text,
      raw: timed.map((word) => word.word).join(' '),
      words: timed,
      pieces,
      start: timed[0]?.start ?? 0,
      end: timed.at(-1)?.end ?? 0,
    })
  }

  private async run<J extends Job>(job: J, urgency: Priority = 'partial'): Promise<ResultOf<J>> {
    const priority = this.context.live ? urgency : 'file'
    for (;;) {
      try {
        return await this.context.pool.run(job, priority, this.context.signal)
      } catch (error) {
        // A full queue is no reason to lose sound: the lane keeps it and asks again.
        if (!(error instanceof SpeechError) || error.code !== 'engine.busy') throw error
        await wait(50)
      }
    }
  }

  private reportLag(): void {
    if (!this.context.live) return
    const { backlog } = this
    const isLagging = backlog > (this.lagging ? LAG_SECONDS / 2 : LAG_SECONDS)
    if (isLagging === this.lagging) return
    this.lagging = isLagging
    const seconds = isLagging ? Math.round(backlog * 10) / 10 : 0
    this.context.emit({ kind: 'lag', speaker: this.context.speaker, seconds })
  }
}

function decodeSamples(base64: string): Int16Array {
  const bytes = Buffer.from(base64, 'base64')
  return new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
}
