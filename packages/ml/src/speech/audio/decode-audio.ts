import { SpeechError } from '../errors.ts'
import { type Audio, type AudioLimits, DEFAULT_LIMITS } from './audio.ts'
import { decodeApart } from './decode-apart.ts'
import { decodeWithFfmpeg } from './external.ts'
import { sniffFormat } from './sniff.ts'

export interface DecodeOptions {
  readonly limits?: Partial<AudioLimits>
  /** Path of an ffmpeg for M4A and AAC; without it they are refused. */
  readonly ffmpeg?: string | undefined
  /** Milliseconds after which a file counts as broken; by default by its size. */
  readonly timeoutMs?: number | undefined
}

/**
 * Any supported recording, told by its content, as 16 kHz sound of one or two channels.
 * Throws a SpeechError `audio.unsupported`, `audio.broken`, `audio.empty`, `audio.too_large`, `audio.too_long` or
 * `audio.needs_converter`.
 */
export async function decodeAudio(bytes: Uint8Array, options: DecodeOptions = {}): Promise<Audio> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  if (bytes.length === 0) throw new SpeechError('audio.empty', 'The file is empty.', { field: 'audio' })
  if (bytes.length > limits.maxBytes)
    throw new SpeechError('audio.too_large', `The file is larger than ${limits.maxBytes} bytes.`, { field: 'audio' })
  const format = sniffFormat(bytes)
  if (!format) throw new SpeechError('audio.unsupported', 'This is no sound file that is known.', { field: 'audio' })
  if (format !== 'mp4' && format !== 'aac') return decodeApart({ format, bytes, limits }, options.timeoutMs)
  if (options.ffmpeg) return decodeWithFfmpeg(options.ffmpeg, bytes, limits)
  throw new SpeechError('audio.needs_converter', 'M4A and AAC need an ffmpeg: set CHARTWIRE_FFMPEG to its path.', {
    field: 'audio',
  })
}

/** The mean of all channels, or of their samples between two positions. */
export function mixDown({ channels }: Audio, from = 0, to?: number): Float32Array {
  const [first, second] = channels.map((channel) => channel.subarray(from, to))
  if (!first) return new Float32Array(0)
  if (!second) return first
  return first.map((sample, i) => (sample + (second[i] ?? 0)) / 2)
}
