import { broken } from './audio.ts'

/** The bits of a frame, which throw `audio.broken` where they go on and the file has ended. */
export class FlacBits {
  private readonly bytes: Uint8Array
  private readonly view: DataView
  private at = 0

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** 0 to 32 bits. */
  unsigned(count: number): number {
    if (count === 0) return 0
    const value = this.peek() >>> (32 - count)
    this.at += count
    return value
  }

  signed(count: number): number {
    if (count === 0) return 0
    const value = this.peek() >> (32 - count)
    this.at += count
    return value
  }

  /** Zero bits before the next one bit. */
  unary(): number {
    let zeros = 0
    let next = this.peek()
    while (next === 0) {
      zeros += 32
      this.at += 32
      next = this.peek()
    }
    const rest = Math.clz32(next)
    this.at += rest + 1
    return zeros + rest
  }

  /** Fills `into` from `from` to `to` with Rice codes of a parameter below 31. */
  rice(parameter: number, into: Int32Array, from: number, to: number): void {
    for (let i = from; i < to; i++) {
      const folded = (this.unary() << parameter) | this.unsigned(parameter)
      into[i] = (folded >>> 1) ^ -(folded & 1)
    }
  }

  /** To the next whole byte, whose position it answers. */
  align(): number {
    this.at = (this.at + 7) & ~7
    if (this.at / 8 > this.bytes.length) throw broken('FLAC')
    return this.at / 8
  }

  /** The next 32 bits, highest first. */
  private peek(): number {
    const byte = this.at >>> 3
    const shift = this.at & 7
    if (byte + 5 > this.bytes.length) return this.peekAtEnd(byte, shift)
    return (this.view.getUint32(byte) << shift) | (this.view.getUint8(byte + 4) >>> (8 - shift))
  }

  /** What is not there reads as zeros, but for a whole number of it. */
  private peekAtEnd(byte: number, shift: number): number {
    if (byte >= this.bytes.length) throw broken('FLAC')
    const [a = 0, b = 0, c = 0, d = 0, e = 0] = this.bytes.subarray(byte)
    return (((a << 24) | (b << 16) | (c << 8) | d) << shift) | (e >>> (8 - shift))
  }
}
