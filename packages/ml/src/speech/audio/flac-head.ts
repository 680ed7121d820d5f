import { broken } from './audio.ts'
import type { FlacBits } from './flac-bits.ts'
import { crc8 } from './flac-crc.ts'

/** The first metadata block (RFC 9639, section 8.2). */
export interface StreamInfo {
  readonly sampleRate: number
  readonly bits: number
  /** Samples a channel; 0 when the encoder did not know. */
  readonly samples: number
  /** Of the samples, little endian, channels in turn; zeros when the encoder did not count it. */
  readonly md5: Uint8Array
}

export function readStreamInfo(block: Uint8Array): StreamInfo {
  if (block.length < 34) throw broken('FLAC')
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength)
  const packed = view.getUint32(10)
  return {
    sampleRate: packed >>> 12,
    bits: ((packed >>> 4) & 31) + 1,
    samples: (packed & 15) * 2 ** 32 + view.getUint32(14),
    md5: block.subarray(18, 34),
  }
}

export interface FrameHead {
  /** Samples a channel. */
  readonly size: number
  readonly bits: number
  /** 0 to 7: that many channels and one. Then left and side, side and right, middle and side. */
  readonly assignment: number
}

const BITS = [undefined, 8, 12, undefined, 16, 20, 24, 32]

/** A frame's head (section 9.1), which the bits stand at. */
export function readFrameHead(bits: FlacBits, bytes: Uint8Array, info: StreamInfo): FrameHead {
  // Sync code and a reserved zero; then whether frames or samples are counted, which nobody here needs.
  if (bits.unsigned(15) !== 0x7ff_c) throw broken('FLAC')
  bits.unsigned(1)
  const sizeCode = bits.unsigned(4)
  const rateCode = bits.unsigned(4)
  const assignment = bits.unsigned(4)
  const bitsCode = bits.unsigned(3)
  const sampleBits = bitsCode === 0 ? info.bits : BITS[bitsCode]
  if (bits.unsigned(1) !== 0 || sizeCode === 0 || rateCode === 15 || assignment > 10 || !sampleBits)
    throw broken('FLAC')
  skipNumber(bits)
  const size = readSize(bits, sizeCode)
  if (rateCode > 11) bits.unsigned(rateCode === 12 ? 8 : 16)
  const end = bits.align()
  if (bits.unsigned(8) !== crc8(bytes.subarray(0, end))) throw broken('FLAC')
  return { size, bits: sampleBits, assignment }
}

function readSize(bits: FlacBits, code: number): number {
  if (code === 1) return 192
  if (code < 6) return 576 << (code - 2)
  if (code < 8) return bits.unsigned(code === 6 ? 8 : 16) + 1
  return 256 << (code - 8)
}

/** The frame's number, as UTF-8 would write it, in up to seven bytes. */
function skipNumber(bits: FlacBits): void {
  const ones = Math.clz32(~(bits.unsigned(8) << 24))
  if (ones === 1 || ones > 7) throw broken('FLAC')
  for (let i = 1; i < ones; i++) bits.unsigned(8)
}
