/** Levels are kept in steps of half a decibel over 100 dB. */
const STEPS = 200
/** Ten seconds of 20 ms frames. */
const MEMORY = 500
const ABSOLUTE_FLOOR_DB = -55
const SPEECH_OVER_FLOOR_DB = 9
/** Below this over the floor a frame is as quiet as the room itself. */
const ROOM_OVER_FLOOR_DB = 3
const HANG_OVER_FRAMES = 12

export interface SavedVoiceActivity {
  readonly levels: string
  readonly sinceSpeech: number
  readonly recent: number
}

/** What one 20 ms frame is, going by its level alone. */
export type FrameLevel = 'speech' | 'unsure' | 'room'

/**
 * Adaptive energy detector: the noise floor is the tenth percentile of the last ten seconds, speech is 9 dB above it and
 * above -55 dBFS in 3 of 5 frames, with 240 ms of hang-over. In the first two seconds, while the floor is a guess,
 * nothing counts as room noise.
 */
export class VoiceActivity {
  private readonly counts = new Uint16Array(STEPS)
  private ring: number[] = []
  private sinceSpeech = HANG_OVER_FRAMES
  /** The last five frames' verdicts as bits. */
  private recent = 0

  constructor(saved?: SavedVoiceActivity) {
    if (!saved) return
    this.ring = [...Buffer.from(saved.levels, 'base64')]
    for (const level of this.ring) this.counts[level] = (this.counts[level] ?? 0) + 1
    this.sinceSpeech = saved.sinceSpeech
    this.recent = saved.recent
  }

  save(): SavedVoiceActivity {
    return { levels: Buffer.from(this.ring).toString('base64'), sinceSpeech: this.sinceSpeech, recent: this.recent }
  }

  frame(samples: Int16Array): FrameLevel {
    let sum = 0
    for (const sample of samples) sum += sample * sample
    const db = 10 * Math.log10(sum / Math.max(1, samples.length) / 2 ** 30 + 1e-10)
    this.remember(Math.max(0, Math.min(STEPS - 1, Math.round((db + 100) * 2))))
    const floor = this.floor()
    const loud = db > floor + SPEECH_OVER_FLOOR_DB && db > ABSOLUTE_FLOOR_DB
    this.recent = ((this.recent << 1) | (loud ? 1 : 0)) & 0b11111
    this.sinceSpeech = bits(this.recent) >= 3 ? 0 : Math.min(HANG_OVER_FRAMES, this.sinceSpeech + 1)
    if (this.sinceSpeech < HANG_OVER_FRAMES) return 'speech'
    return this.ring.length >= 100 && db < floor + ROOM_OVER_FLOOR_DB ? 'room' : 'unsure'
  }

  private remember(level: number): void {
    this.ring.push(level)
    this.counts[level] = (this.counts[level] ?? 0) + 1
    if (this.ring.length <= MEMORY) return
    const oldest = this.ring.shift() ?? 0
    this.counts[oldest] = (this.counts[oldest] ?? 1) - 1
  }

  private floor(): number {
    const wanted = this.ring.length / 10
    let seen = 0
    for (let level = 0; level < STEPS; level++) {
      seen += this.counts[level] ?? 0
      if (seen > wanted) return level / 2 - 100
    }
    return 0
  }
}

function bits(value: number): number {
  let count = 0
  for (let rest = value; rest > 0; rest >>= 1) count += rest & 1
  return count
}
