import { SpeechError } from '../errors.ts'
import { type Audio, type AudioLimits, DEFAULT_LIMITS, tooLong } from './audio.ts'
import { decodeApart } from './decode-apart.ts'
import { decodeWithFfmpeg } from './external.ts'
import { resample } from './resample.ts'
import { type AudioFormat, sniffFormat } from './sniff.ts'
import { decodeWav } from './wav.ts'

const SPEECH_RATE = 16_000

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
  const { channels, sampleRate } = await decodeFormat(format, bytes, { ...options, limits })
  const length = channels[0]?.length ?? 0
  if (length === 0) throw new SpeechError('audio.empty', 'The recording holds no sound.', { field: 'audio' })
  if (length > limits.maxSeconds * sampleRate) throw tooLong(limits)
  return { channels: channels.map((channel) => resample(channel, sampleRate, SPEECH_RATE)), sampleRate: SPEECH_RATE }
}

function decodeFormat(
  format: AudioFormat,
  bytes: Uint8Array,
  { limits, ffmpeg, timeoutMs }: DecodeOptions & { limits: AudioLimits },
): Promise<Audio> {
  if (format === 'wav') return Promise.resolve(decodeWav(bytes, limits))
  if (format !== 'mp4' && format !== 'aac') return decodeApart({ format, bytes, limits }, timeoutMs)
  if (ffmpeg) return decodeWithFfmpeg(ffmpeg, bytes, limits)
  throw new SpeechError('audio.needs_converter', 'M4A and AAC need an ffmpeg: set CHARTWIRE_FFMPEG to its path.', {
    field: 'audio',
  })
}

/** The mean of all channels. */
export function mixDown(audio: Audio): Float32Array {
  const [first, second] = audio.channels
  if (!first) return new Float32Array(0)
  if (!second) return first
  return first.map((sample, i) => (sample + (second[i] ?? 0)) / 2)
}
