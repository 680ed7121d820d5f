/**
 * Array parameters in PostgreSQL's binary form (`array_recv`): nothing is written as text to be read again, which for
 * readings was an eighth of what taking one in costs. The driver sends a `Buffer` as binary; the statement must say the
 * parameter's type.
 */
type Maybe<T> = T | null | undefined

/** Dimensions, whether there are nulls, the type of the elements, how many, counted from one. */
const headerBytes = 20
const lengthBytes = 4

/** Writes the header and every element; `write` puts one at a position and answers where it ends. */
function fill<T>(
  buffer: Buffer,
  { oid, values, write }: { oid: number; values: readonly Maybe<T>[]; write: (value: T, at: number) => number },
): Buffer {
  let at = headerBytes
  let hasNulls = false
  for (const value of values) {
    const start = at + lengthBytes
    if (value === null || value === undefined) {
      hasNulls = true
      at = buffer.writeInt32BE(-1, at)
    } else {
      const end = write(value, start)
      buffer.writeInt32BE(end - start, at)
      at = end
    }
  }
  buffer.writeInt32BE(1, 0)
  buffer.writeInt32BE(hasNulls ? 1 : 0, 4)
  buffer.writeInt32BE(oid, 8)
  buffer.writeInt32BE(values.length, 12)
  buffer.writeInt32BE(1, 16)
  return buffer.subarray(0, at)
}

const room = (count: number, size: number) => Buffer.allocUnsafe(headerBytes + count * (lengthBytes + size))

function arrayOf<T>(oid: number, size: number, put: (buffer: Buffer, value: T, at: number) => void) {
  return (values: readonly Maybe<T>[]): Buffer => {
    const buffer = room(values.length, size)
    const write = (value: T, at: number) => {
      put(buffer, value, at)
      return at + size
    }
    return fill(buffer, { oid, values, write })
  }
}

/** As `boolean[]`, `smallint[]`, `integer[]`, `real[]`, `double precision[]`. */
export const boolArray = arrayOf<boolean>(16, 1, (buffer, value, at) => buffer.writeUInt8(value ? 1 : 0, at))
export const int2Array = arrayOf<number>(21, 2, (buffer, value, at) => buffer.writeInt16BE(value, at))
export const int4Array = arrayOf<number>(23, 4, (buffer, value, at) => buffer.writeInt32BE(value, at))
export const float4Array = arrayOf<number>(700, 4, (buffer, value, at) => buffer.writeFloatBE(value, at))
export const float8Array = arrayOf<number>(701, 8, (buffer, value, at) => buffer.writeDoubleBE(value, at))

/** As `uuid[]`. Neighbours are often the same: of those the bytes are copied. */
export function uuidArray(values: readonly string[]): Buffer {
  const size = 16
  const buffer = room(values.length, size)
  let before: string | undefined
  const write = (value: string, at: number) => {
    if (value === before) buffer.copyWithin(at, at - size - lengthBytes, at - lengthBytes)
    else if (buffer.write(value.replaceAll('-', ''), at, size, 'hex') !== size) throw new Error('Not a UUID.')
    before = value
    return at + size
  }
  return fill(buffer, { oid: 2950, values, write })
}

/** As `text[]`. */
export function textArray(values: readonly Maybe<string>[]): Buffer {
  let bytes = 0
  for (const value of values) bytes += Buffer.byteLength(value ?? '')
  const buffer = Buffer.allocUnsafe(headerBytes + values.length * lengthBytes + bytes)
  return fill(buffer, { oid: 25, values, write: (value, at) => at + buffer.write(value, at) })
}
