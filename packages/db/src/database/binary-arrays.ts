/**
 * Array parameters in PostgreSQL's binary form (`array_recv`): nothing is written as text to be read again, which for
 * readings was an eighth of what taking one in costs. The driver sends a `Buffer` as binary; the statement must say the
 * parameter's type.
 */
type Maybe<T> = T | null | undefined

/** Dimensions, whether there are nulls, the type of the elements, how many, counted from one. */
const headerBytes = 20
const lengthBytes = 4

function writeHeader(buffer: Buffer, { oid, count, hasNulls }: { oid: number; count: number; hasNulls: boolean }) {
  buffer.writeInt32BE(1, 0)
  buffer.writeInt32BE(hasNulls ? 1 : 0, 4)
  buffer.writeInt32BE(oid, 8)
  buffer.writeInt32BE(count, 12)
  buffer.writeInt32BE(1, 16)
}

function arrayOf<T>(oid: number, size: number, write: (buffer: Buffer, value: T, at: number) => void) {
  return (values: readonly Maybe<T>[]): Buffer => {
    const buffer = Buffer.allocUnsafe(headerBytes + values.length * (lengthBytes + size))
    let at = headerBytes
    let hasNulls = false
    for (const value of values) {
      if (value === null || value === undefined) {
        hasNulls = true
        at = buffer.writeInt32BE(-1, at)
        continue
      }
      at = buffer.writeInt32BE(size, at)
      write(buffer, value, at)
      at += size
    }
    writeHeader(buffer, { oid, count: values.length, hasNulls })
    return buffer.subarray(0, at)
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
  const buffer = Buffer.allocUnsafe(headerBytes + values.length * (lengthBytes + size))
  let at = headerBytes
  let before: string | undefined
  for (const value of values) {
    at = buffer.writeInt32BE(size, at)
    if (value === before) buffer.copyWithin(at, at - size - lengthBytes, at - lengthBytes)
    else if (buffer.write(value.replaceAll('-', ''), at, size, 'hex') !== size) throw new Error('Not a UUID.')
    before = value
    at += size
  }
  writeHeader(buffer, { oid: 2950, count: values.length, hasNulls: false })
  return buffer
}

/** As `text[]`. */
export function textArray(values: readonly Maybe<string>[]): Buffer {
  let bytes = headerBytes
  for (const value of values) bytes += lengthBytes + Buffer.byteLength(value ?? '')
  const buffer = Buffer.allocUnsafe(bytes)
  let at = headerBytes
  let hasNulls = false
  for (const value of values) {
    if (value === null || value === undefined) {
      hasNulls = true
      at = buffer.writeInt32BE(-1, at)
      continue
    }
    const length = buffer.write(value, at + lengthBytes)
    buffer.writeInt32BE(length, at)
    at += lengthBytes + length
  }
  writeHeader(buffer, { oid: 25, count: values.length, hasNulls })
  return buffer
}
