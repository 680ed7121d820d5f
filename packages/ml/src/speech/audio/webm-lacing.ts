import { broken } from './audio.ts'
import { readVint, vintLength } from './ebml.ts'

/** The frames in what a block holds behind its head (RFC 9559, section 10.3); `lacing` is 0 to 3. */
export function unlace(bytes: Uint8Array, lacing: number): Uint8Array[] {
  if (lacing === 0) return [bytes]
  const count = (bytes[0] ?? 0) + 1
  const { at, sizes } = lacing === 2 ? equalSizes(bytes, count) : writtenSizes(bytes, count, lacing)
  const frames: Uint8Array[] = []
  let from = at
  for (const size of sizes) {
    frames.push(bytes.subarray(from, from + size))
    from += size
  }
  if (from > bytes.length) throw broken('WebM')
  frames.push(bytes.subarray(from))
  return frames
}

/** All sizes but the last, which is what remains. */
interface Sizes {
  readonly at: number
  readonly sizes: number[]
}

function equalSizes(bytes: Uint8Array, count: number): Sizes {
  const size = (bytes.length - 1) / count
  if (!Number.isInteger(size)) throw broken('WebM')
  return { at: 1, sizes: Array.from({ length: count - 1 }, () => size) }
}

function writtenSizes(bytes: Uint8Array, count: number, lacing: number): Sizes {
  const sizes: number[] = []
  let at = 1
  while (sizes.length < count - 1) {
    const previous = sizes.at(-1)
    const [size, length] = lacing === 1 ? xiphSize(bytes, at) : ebmlSize(bytes, at, previous)
    if (size < 0 || size > bytes.length) throw broken('WebM')
    sizes.push(size)
    at += length
  }
  return { at, sizes }
}

function xiphSize(bytes: Uint8Array, at: number): [size: number, length: number] {
  let end = at
  while (bytes[end] === 255) end++
  if (end >= bytes.length) throw broken('WebM')
  return [(end - at) * 255 + (bytes[end] ?? 0), end - at + 1]
}

/** The first as it is, each further one as a difference. */
function ebmlSize(bytes: Uint8Array, at: number, previous: number | undefined): [size: number, length: number] {
  const length = vintLength(bytes, at, 8)
  if (length === undefined) throw broken('WebM')
  const value = readVint(bytes, at, length)
  return [previous === undefined ? value : previous + value - (2 ** (7 * length - 1) - 1), length]
}
