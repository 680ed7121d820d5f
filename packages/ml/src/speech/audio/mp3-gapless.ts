import type { Mp3Frame } from './mp3-frames.ts'

/** Samples that any decoder is late by. */
const DECODER_DELAY = 529

export interface Gaps {
  /** Samples at the start and at the end that are no sound. */
  readonly before: number
  readonly after: number
}

/**
 * What the first frame says about the file, when it is no sound but an encoder's note (Xing, Info or VBRI; LAME adds how
 * much silence it put around the sound). Undefined for a frame of sound.
 */
export function readEncoderNote({ head, data }: Mp3Frame): Gaps | undefined {
  if (name(data, 36) === 'VBRI') return { before: 0, after: 0 }
  if (!['Xing', 'Info'].includes(name(data, head.sideEnd))) return undefined
  const flags = data[head.sideEnd + 7] ?? 0
  // Count of frames, of bytes, table of contents, quality: each is there when its flag is set.
  const lame = [4, 4, 100, 4].reduce((at, size, i) => at + (flags & (1 << i) ? size : 0), head.sideEnd + 8)
  const [high = 0, middle = 0, low = 0] = data.subarray(lame + 21)
  if (!data[lame] || lame + 24 > data.length) return { before: 0, after: 0 }
  return {
    before: high * 16 + (middle >> 4) + DECODER_DELAY,
    after: Math.max(0, (middle & 15) * 256 + low - DECODER_DELAY),
  }
}

function name(data: Uint8Array, at: number): string {
  return String.fromCharCode(...data.subarray(at, at + 4))
}
