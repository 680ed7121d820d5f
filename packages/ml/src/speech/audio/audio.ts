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
    if (!first || first.length === 0 || sampleRate <= 0) return
    this.sampleRate = sampleRate
    this.length += first.length
    if (this.length > this.limits.maxSeconds * sampleRate) throw tooLong(this.limits)
    // The decoders reuse their memory: what they hand out is copied.
    this.pieces.push(channels.slice(0, 2).map((channel) => channel.slice()))
  }

  finish(format: string): Audio {
    const count = Math.min(...this.pieces.map((piece) => piece.length))
    if (this.pieces.length === 0 || this.length === 0) throw broken(format)
    const channels = Array.from({ length: count }, (_, c) => {
      const whole = new Float32Array(this.length)
      let at = 0
      for (const piece of this.pieces) {
        const part = piece[c] ?? new Float32Array(0)
        whole.set(part, at)
        at += part.length
      }
      return whole
    })
    return { channels, sampleRate: this.sampleRate }
  }
}
