/** The samples of one channel that are still needed, addressed by their position since the start of the session. */
export class LaneAudio {
  private samples: Int16Array
  private first: number
  private used: number

  constructor(first = 0, samples: Int16Array = new Int16Array(0)) {
    this.first = first
    this.samples = samples.slice()
    this.used = samples.length
  }

  /** Position after the last sample. */
  get end(): number {
    return this.first + this.used
  }

  append(more: Int16Array): void {
    if (this.used + more.length > this.samples.length) {
      const grown = new Int16Array(Math.max(16_384, (this.used + more.length) * 2))
      grown.set(this.samples.subarray(0, this.used))
      this.samples = grown
    }
    this.samples.set(more, this.used)
    this.used += more.length
  }

  forgetBefore(position: number): void {
    const drop = Math.min(this.used, position - this.first)
    // Moving is dear, memory cheap: only a worthwhile piece is dropped.
    if (drop < 16_384) return
    this.samples.copyWithin(0, drop, this.used)
    this.used -= drop
    this.first += drop
  }

  view(from: number, to: number): Int16Array {
    return this.samples.subarray(Math.max(0, from - this.first), Math.max(0, Math.min(this.used, to - this.first)))
  }

  /** A copy; what lies before the start or after the end is silence. */
  window(from: number, to: number): Int16Array {
    const window = new Int16Array(to - from)
    const start = Math.max(from, this.first)
    window.set(this.view(start, to), start - from)
    return window
  }

  save(from: number): { first: number; samples: string } {
    const first = Math.max(from, this.first)
    const part = this.view(first, this.end)
    return { first, samples: Buffer.from(part.buffer, part.byteOffset, part.byteLength).toString('base64') }
  }
}
