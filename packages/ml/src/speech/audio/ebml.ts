import { broken } from './audio.ts'

export interface EbmlElement {
  readonly id: number
  /** Where its content begins. */
  readonly start: number
  /** Where it ends; undefined for one of unknown size, which ends where something begins that it cannot hold. */
  readonly end: number | undefined
}

/**
 * The element at `at` (RFC 8794), or undefined where the file ends before its content begins. Its end may lie behind the
 * file's: what the caller makes of that depends on what it is.
 */
export function readElement(bytes: Uint8Array, at: number): EbmlElement | undefined {
  const idLength = vintLength(bytes, at, 4)
  if (idLength === undefined) return undefined
  const sizeLength = vintLength(bytes, at + idLength, 8)
  if (sizeLength === undefined) return undefined
  const start = at + idLength + sizeLength
  if (start > bytes.length) return undefined
  const size = readVint(bytes, at + idLength, sizeLength)
  return {
    id: unsigned(bytes.subarray(at, at + idLength)),
    start,
    end: size === 2 ** (7 * sizeLength) - 1 ? undefined : start + size,
  }
}

/** The elements of one that lies wholly in the file. */
export function* children(bytes: Uint8Array): Generator<{ id: number; data: Uint8Array }> {
  for (let at = 0; at < bytes.length;) {
    const element = readElement(bytes, at)
    if (element?.end === undefined || element.end > bytes.length) throw broken('WebM')
    yield { id: element.id, data: bytes.subarray(element.start, element.end) }
    at = element.end
  }
}

/** Big endian; past 2^53 it is not exact, but as large. */
export function unsigned(bytes: Uint8Array): number {
  return bytes.reduce((value, byte) => value * 256 + byte, 0)
}

/** How many bytes the number at `at` takes, by its leading zero bits. */
export function vintLength(bytes: Uint8Array, at: number, most: number): number | undefined {
  const first = bytes[at]
  if (first === undefined) return undefined
  const length = Math.clz32(first) - 23
  if (length > most) throw broken('WebM')
  return length
}

/** The number at `at` without its marker bit, which is taken off first: 2^56 and a small number are no double. */
export function readVint(bytes: Uint8Array, at: number, length: number): number {
  const first = (bytes[at] ?? 0) & (0xff >> length)
  return first * 256 ** (length - 1) + unsigned(bytes.subarray(at + 1, at + length))
}
