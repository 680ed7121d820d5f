/** Half a second: a whole number of 20 ms frames, so that no frame lies across two blocks. */
const BLOCK = 8_000

/**
 * The samples of one channel that are still needed, addressed by their position since the start of the session. They lie
 * in blocks of one size: a session takes no more memory than its sound, and gives it back when the sound is heard.
 */
export class LaneAudio {
  private readonly blocks: Int16Array[] = []
  private first: number
  private used = 0

  /** `first` is the start of a frame. */
  constructor(first = 0, samples: Int16Array = new Int16Array(0)) {
    this.first = first
    this.append(samples)
  }

  /** Position after the last sample. */
  get end(): number {
    return this.first + this.used
  }

  append(more: Int16Array): void {
    for (let at = 0; at < more.length;) {
      const place = this.used % BLOCK
      if (place === 0) this.blocks.push(new Int16Array(BLOCK))
      const part = more.subarray(at, at + BLOCK - place)
      this.blocks.at(-1)?.set(part, place)
      this.used += part.length
      at += part.length
    }
  }

  forgetBefore(position: number): void {
    const drop = Math.floor(Math.min(this.used, position - this.first) / BLOCK)
    if (drop <= 0) return
    this.blocks.splice(0, drop)
    this.first += drop * BLOCK
    this.used -= drop * BLOCK
  }

  /** One 20 ms frame, which must be there whole. */
  frame(from: number, length: number): Int16Array {
    const at = from - this.first
    return (this.blocks[Math.floor(at / BLOCK)] ?? new Int16Array(0)).subarray(at % BLOCK, (at % BLOCK) + length)
  }

  /** A copy; what lies before the start or after the end is silence. */
  window(from: number, to: number): Int16Array {
    const window = new Int16Array(to - from)
    const last = Math.min(to, this.end) - this.first
    for (let at = Math.max(0, from - this.first); at < last;) {
      const place = at % BLOCK
      const part = this.blocks[Math.floor(at / BLOCK)]?.subarray(place, place + last - at) ?? new Int16Array(0)
      window.set(part, this.first + at - from)
      at += BLOCK - place
    }
    return window
  }

  save(from: number): { first: number; samples: string } {
    const first = Math.max(from, this.first)
    const part = this.window(first, this.end)
    return { first, samples: Buffer.from(part.buffer, part.byteOffset, part.byteLength).toString('base64') }
  }
}
