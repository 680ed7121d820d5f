import { SpeechError } from '../errors.ts'

/** Decoded sound: one Float32Array a channel, -1 to 1, all of one length. */
export interface Audio {
  readonly channels: readonly Float32Array[]
  readonly sampleRate: number
}

export interface AudioLimits {
  /** Size of the file itself. */
  readonly maxBytes: number
  /** Length of the sound in seconds. */
  readonly maxSeconds: number
}

export const DEFAULT_LIMITS: AudioLimits = { maxBytes: 1 << 30, maxSeconds: 2 * 3600 }

export function broken(format: string, cause?: unknown): SpeechError {
  return new SpeechError('audio.broken', `This is no whole ${format} file.`, { field: 'audio', cause })
}

export function tooLong(limits: AudioLimits): SpeechError {
  return new SpeechError('audio.too_long', `The recording is longer than ${limits.maxSeconds} seconds.`, {
    field: 'audio',
  })
}

/** What the length limit grants memory for, whatever rate a file claims: two channels at this. */
const MOST_RATE = 48_000

/** Samples of each channel that a recording may have. */
export function mostSamples(limits: AudioLimits, sound: { sampleRate: number; channels: number }): number {
  return limits.maxSeconds * Math.min(sound.sampleRate, (MOST_RATE * 2) / Math.min(2, sound.channels))
}

/** Gathers decoded pieces, refusing to grow past the length limit. */
export class AudioGatherer {
  private readonly pieces: Float32Array[][] = []
  private readonly limits: AudioLimits
  private length = 0
  private sampleRate = 0

  constructor(limits: AudioLimits) {
    this.limits = limits
  }

  add(channels: readonly Float32Array[], sampleRate: number): void {
    const first = channels[0]
    if (!first || first.length === 0) return
    // Nothing that is heard changes its rate on the way, and what holds no plausible rate is rubbish.
    if (sampleRate < 1000 || sampleRate > 768_000 || (this.sampleRate > 0 && this.sampleRate !== sampleRate))
      throw new SpeechError('audio.broken', 'The sample rate is not one or none.', { field: 'audio' })
    this.sampleRate = sampleRate
    this.length += first.length
    if (this.length > mostSamples(this.limits, { sampleRate, channels: channels.length })) throw tooLong(this.limits)
    // The decoders reuse their memory: what they hand out is copied.
    this.pieces.push(channels.slice(0, 2).map((channel) => channel.slice()))
  }

  /** Samples of each channel so far. */
  get gathered(): number {
    return this.length
  }

  /** Everything, or the samples between two positions: what codecs add at both ends to fill their frames is no sound. */
  finish(format: string, from = 0, to = this.length): Audio {
    if (this.length === 0 || from >= to) throw broken(format)
    const count = this.pieces.reduce((least, piece) => Math.min(least, piece.length), 2)
    const channels = Array.from({ length: count }, (_, c) => {
      const whole = new Float32Array(this.length)
      let at = 0
      for (const piece of this.pieces) {
        const part = piece[c] ?? new Float32Array(0)
        whole.set(part, at)
        at += part.length
      }
      return from === 0 && to >= this.length ? whole : whole.slice(from, to)
    })
    return { channels, sampleRate: this.sampleRate }
  }
}
