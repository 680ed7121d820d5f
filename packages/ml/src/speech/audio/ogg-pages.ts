import { broken } from './audio.ts'
import { startsWith } from './starts-with.ts'

/** "OggS". */
const CAPTURE = 0x4f_67_67_53
const HEAD = 27
const CONTINUED = 1
const FIRST_PAGE = 2
const LAST_PAGE = 4

export interface OggPacket {
  readonly data: Uint8Array
  /** The first of its logical stream: a codec's head. */
  readonly opens: boolean
  /** The position that its page ends at, in the codec's own count, on the last packet that ends on a page. */
  readonly position: number | undefined
  /** Nothing of this stream follows. */
  readonly closes: boolean
}

interface Page {
  readonly flags: number
  readonly serial: number
  readonly position: number
  /** Lengths of the pieces of packets, 0 to 255: a packet ends with the first piece below 255. */
  readonly lacing: Uint8Array
  readonly body: Uint8Array
}

/**
 * The packets of the first logical stream of an Ogg file (RFC 3533) that begins with a codec's mark, and of each such
 * stream that follows it; what runs beside it, such as a picture, is passed over. Throws `audio.broken` where the file was
 * cut short, or the checksum or the order of pages does not hold.
 */
export function* oggPackets(bytes: Uint8Array, mark: string): Generator<OggPacket> {
  let serial: number | undefined
  let parts: Uint8Array[] = []
  let isFirst = false
  /** All streams that run side by side open before any goes on: what opens later follows, whether or not this one closed. */
  let hasBegun = false
  for (const page of pages(bytes)) {
    if (page.flags & FIRST_PAGE && startsWith(page.body, mark) && (serial === undefined || hasBegun)) {
      if (parts.length > 0) throw broken('Ogg')
      serial = page.serial
      isFirst = true
    }
    hasBegun = (page.flags & FIRST_PAGE) === 0
    if (page.serial !== serial) continue
    // The beginning of a packet that goes on here was on a page that is lost.
    if (Boolean(page.flags & CONTINUED) !== parts.length > 0) throw broken('Ogg')
    const lastEnd = page.lacing.findLastIndex((length) => length < 255)
    let at = 0
    for (const [i, length] of page.lacing.entries()) {
      parts.push(page.body.subarray(at, at + length))
      at += length
      if (length === 255) continue
      const closes = i === lastEnd && (page.flags & LAST_PAGE) !== 0
      yield { data: joined(parts), opens: isFirst, position: i === lastEnd ? page.position : undefined, closes }
      isFirst = false
      parts = []
    }
    if (page.flags & LAST_PAGE) serial = undefined
  }
  if (parts.length > 0) throw broken('Ogg')
}

function* pages(bytes: Uint8Array): Generator<Page> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let hasClosed = false
  for (let at = 0; at < bytes.length;) {
    if (at + HEAD > bytes.length || view.getUint32(at) !== CAPTURE || view.getUint8(at + 4) !== 0) {
      // Taggers put things behind a stream that has ended.
      if (hasClosed) return
      throw broken('Ogg')
    }
    const lacing = bytes.subarray(at + HEAD, at + HEAD + view.getUint8(at + 26))
    const start = at + HEAD + view.getUint8(at + 26)
    const end = lacing.reduce((sum, length) => sum + length, start)
    if (end > bytes.length) throw broken('Ogg')
    if (pageChecksum(bytes.subarray(at, end)) !== view.getUint32(at + 22, true)) throw broken('Ogg')
    const flags = view.getUint8(at + 5)
    hasClosed = (flags & LAST_PAGE) !== 0
    const position = Number(view.getBigInt64(at + 6, true))
    yield { flags, position, serial: view.getUint32(at + 14, true), lacing, body: bytes.subarray(start, end) }
    at = end
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [first] = parts
  if (first && parts.length === 1) return first
  return Buffer.concat(parts)
}

const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x80_00_00_00 ? (crc << 1) ^ 0x04_c1_1d_b7 : crc << 1
  return crc
})

/** CRC-32 of a page, high bit first, with its own four bytes taken as zero. */
export function pageChecksum(page: Uint8Array): number {
  let crc = 0
  for (let i = 0; i < page.length; i++) {
    const byte = i >= 22 && i < 26 ? 0 : (page[i] ?? 0)
    crc = (crc << 8) ^ (CRC[(crc >>> 24) ^ byte] ?? 0)
  }
  return crc >>> 0
}
