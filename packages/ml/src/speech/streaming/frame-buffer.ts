/** Frames of equal length, end to end in one piece of memory: an array for each would leave the heap full of holes. */
export class FrameBuffer {
  readonly classes: number
  private data = new Float32Array(0)
  private used = 0

  constructor(classes: number) {
    this.classes = classes
  }

  /** In frames. */
  get length(): number {
    return this.used / this.classes
  }

  at(frame: number, index: number): number {
    return this.data[frame * this.classes + index] ?? 0
  }

  append(more: Float32Array): void {
    if (this.used + more.length > this.data.length) {
      const grown = new Float32Array(Math.max(64 * this.classes, (this.used + more.length) * 1.5))
      grown.set(this.data.subarray(0, this.used))
      this.data = grown
    }
    this.data.set(more, this.used)
    this.used += more.length
  }

  /** Forgets so many of the first. */
  drop(frames: number): void {
    this.data.copyWithin(0, frames * this.classes, this.used)
    this.used -= frames * this.classes
  }

  /** Forgets all from this one on. */
  truncate(frame: number): void {
    this.used = Math.min(this.used, frame * this.classes)
  }

  copy(from: number): Float32Array {
    return this.data.slice(from * this.classes, this.used)
  }
}
