import { randomBytes } from 'node:crypto'

/** An id that nothing has. */
export const nobody = '00000000-0000-0000-0000-000000000000'

let latest = 0
let count = 0

/**
 * A UUID of version 7 (RFC 9562): 48 bits of milliseconds, a count within them, then randomness. New rows land together in
 * an index, and those that one process makes follow each other by their ids, also within a millisecond.
 */
export function uuidv7(now: number = Date.now()): string {
  const bytes = randomBytes(16)
  // Begun below half of what it may be, there is room for two thousand.
  count = now === latest ? Math.min(count + 1, 0xfff) : bytes.readUInt16BE(6) & 0x7ff
  latest = now
  bytes.writeUIntBE(now, 0, 6)
  bytes.writeUInt16BE(0x7000 | count, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
