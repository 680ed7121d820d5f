import { type Audio, type AudioLimits, broken, mostSamples, tooLong } from './audio.ts'
import { SpeechError } from '../errors.ts'

const PCM = 1
const FLOAT = 3
const MU_LAW = 7
const EXTENSIBLE = 0xfffe

interface WavFormat {
  tag: number
  channels: number
  sampleRate: number
  bits: number
}

/** Lengths from here on are written by those who cannot know it yet; and 0, by those who were ended before they could. */
const UNKNOWN_LENGTH = 0x7f_ff_00_00
/** Seconds that may be missing at the end: a last block that was not quite filled is no loss. */
const MOST_MISSING = 0.1

/**
 * WAV with 8, 16, 24 or 32 bit integers, 32 or 64 bit floats, or mu-law. A length of the data that was not known is
 * forgiven; a file that was cut short is `audio.broken`.
 */
export async function decodeWav(bytes: Uint8Array, limits: AudioLimits): Promise<Audio> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let format: WavFormat | undefined
  for (let at = 12; at + 8 <= bytes.length;) {
    const name = String.fromCharCode(...bytes.subarray(at, at + 4))
    const size = view.getUint32(at + 4, true)
    const start = at + 8
    if (name === 'fmt ') format = readFormat(view, start, size)
    if (name === 'data') {
      if (!format) throw broken('WAV')
      const end = isUnknown(bytes, start, size) ? bytes.length : start + size
      return readSamples(view, { format, start, end, limits })
    }
    at = start + size + (size % 2)
  }
  throw broken('WAV')
}

function isUnknown(bytes: Uint8Array, start: number, size: number): boolean {
  if (size >= UNKNOWN_LENGTH) return true
  // Really empty, where another block follows.
  return size === 0 && !/^[\w ]{4}$/.test(String.fromCharCode(...bytes.subarray(start, start + 4)))
}

function readFormat(view: DataView, start: number, size: number): WavFormat {
  if (size < 16 || start + size > view.byteLength) throw broken('WAV')
  const tag = view.getUint16(start, true)
  const format = {
    tag: tag === EXTENSIBLE && size >= 26 ? view.getUint16(start + 24, true) : tag,
    channels: view.getUint16(start + 2, true),
    sampleRate: view.getUint32(start + 4, true),
    bits: view.getUint16(start + 14, true),
  }
  if (format.channels < 1 || format.channels > 32 || format.sampleRate < 1000 || format.sampleRate > 768_000)
    throw broken('WAV')
  return format
}

function readSamples(
  view: DataView,
  data: { format: WavFormat; start: number; end: number; limits: AudioLimits },
): Audio {
  const { format, start, end, limits } = data
  const read = sampleReader(format)
  const width = format.bits / 8
  const missing = (end - view.byteLength) / (width * format.channels * format.sampleRate)
  if (missing > MOST_MISSING) throw broken('WAV')
  const count = Math.floor((Math.min(end, view.byteLength) - start) / (width * format.channels))
  if (count <= 0) throw new SpeechError('audio.empty', 'The recording holds no sound.', { field: 'audio' })
  if (count > mostSamples(limits, format)) throw tooLong(limits)
  const kept = Math.min(2, format.channels)
  const channels = Array.from({ length: kept }, () => new Float32Array(count))
  channels.forEach((channel, c) => {
    for (let i = 0; i < count; i++) channel[i] = read(view, start + (i * format.channels + c) * width)
  })
  return { channels, sampleRate: format.sampleRate }
}

function sampleReader({ tag, bits }: WavFormat): (view: DataView, at: number) => number {
  const kind = `${tag}/${bits}`
  switch (kind) {
    case `${PCM}/8`:
      return (view, at) => (view.getUint8(at) - 128) / 128
    case `${PCM}/16`:
      return (view, at) => view.getInt16(at, true) / 32_768
    case `${PCM}/24`:
      return (view, at) => (view.getUint8(at) / 256 + view.getInt16(at + 1, true)) / 32_768
    case `${PCM}/32`:
      return (view, at) => view.getInt32(at, true) / 2_147_483_648
    case `${FLOAT}/32`:
      return (view, at) => finite(view.getFloat32(at, true))
    case `${FLOAT}/64`:
      return (view, at) => finite(view.getFloat64(at, true))
    case `${MU_LAW}/8`:
      return (view, at) => muLaw(view.getUint8(at))
    default:
      throw new SpeechError('audio.unsupported', `WAV of encoding ${kind} cannot be read.`, { field: 'audio' })
  }
}

function finite(value: number): number {
  return Number.isFinite(value) ? Math.max(-1, Math.min(1, value)) : 0
}

/** ITU-T G.711 mu-law to -1..1. */
function muLaw(byte: number): number {
  const inverted = ~byte & 0xff
  const magnitude = ((((inverted & 0x0f) << 3) + 0x84) << ((inverted >> 4) & 7)) - 0x84
  return (inverted & 0x80 ? -magnitude : magnitude) / 32_768
}
