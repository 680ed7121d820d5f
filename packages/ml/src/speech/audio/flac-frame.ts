import { broken } from './audio.ts'
import { SpeechError } from '../errors.ts'
import { FlacBits } from './flac-bits.ts'
import { crc16 } from './flac-crc.ts'
import { readFrameHead, type StreamInfo } from './flac-head.ts'
import { readSubframe } from './flac-subframe.ts'

const LEFT_SIDE = 8
const SIDE_RIGHT = 9
const MIDDLE_SIDE = 10

export interface FlacFrame {
  readonly channels: Int32Array[]
  readonly bits: number
  /** Its length in the file. */
  readonly bytes: number
}

/** The frame that `bytes` begin with (RFC 9639, section 9), held to both its checksums. */
export function readFrame(bytes: Uint8Array, info: StreamInfo): FlacFrame {
  const bits = new FlacBits(bytes)
  const { size, bits: sampleBits, assignment } = readFrameHead(bits, bytes, info)
  if (sampleBits > 24)
    throw new SpeechError('audio.unsupported', 'FLAC of more than 24 bits cannot be read.', { field: 'audio' })
  const channels: Int32Array[] = []
  const count = assignment < LEFT_SIDE ? assignment + 1 : 2
  for (let c = 0; c < count; c++) {
    // The difference of two channels takes a bit more than either.
    const isSide = assignment === SIDE_RIGHT ? c === 0 : assignment >= LEFT_SIDE && c === 1
    channels.push(readSubframe(bits, size, sampleBits + (isSide ? 1 : 0)))
  }
  const end = bits.align()
  if (bits.unsigned(16) !== crc16(bytes.subarray(0, end))) throw broken('FLAC')
  bits.align()
  const [first, second] = channels
  if (first && second) undoStereo(first, second, assignment)
  return { channels, bits: sampleBits, bytes: end + 2 }
}

function undoStereo(first: Int32Array, second: Int32Array, assignment: number): void {
  if (assignment < LEFT_SIDE) return
  for (let i = 0; i < first.length; i++) {
    const a = first[i] ?? 0
    const b = second[i] ?? 0
    if (assignment === LEFT_SIDE) second[i] = a - b
    if (assignment === SIDE_RIGHT) first[i] = a + b
    if (assignment === MIDDLE_SIDE) {
      const sum = (a << 1) | (b & 1)
      first[i] = (sum + b) >> 1
      second[i] = (sum - b) >> 1
    }
  }
}
