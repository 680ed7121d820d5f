/**
 * Seeded random numbers: the same seed and stream give the same run on every machine.
 * xoshiro128** (Blackman and Vigna, 2018, public domain algorithm), seeded through a 32-bit mixer.
 */
export class Random {
  #a: number
  #b: number
  #c: number
  #d: number
  #spare = Number.NaN

  /** `stream` separates patients of one seed, so that adding a patient changes no other. */
  constructor(seed: number, stream = 0) {
    let state = (Math.imul(seed | 0, 0x9e3779b1) ^ Math.imul((stream + 1) | 0, 0x85ebca6b) ^ (seed / 2 ** 32)) | 0
    const word = () => {
      state = (state + 0x9e3779b9) | 0
      let mixed = state ^ (state >>> 16)
      mixed = Math.imul(mixed, 0x21f0aaad)
      mixed ^= mixed >>> 15
      mixed = Math.imul(mixed, 0x735a2d97)
      return mixed ^ (mixed >>> 15)
    }
    this.#a = word()
    this.#b = word()
    this.#c = word()
    this.#d = word() | 1
  }

  /** Uniform in [0, 1), 32 bits. */
  next(): number {
    const five = Math.imul(this.#b, 5)
    const result = Math.imul((five << 7) | (five >>> 25), 9)
    const shifted = this.#b << 9
    this.#c ^= this.#a
    this.#d ^= this.#b
    this.#b ^= this.#c
    this.#a ^= this.#d
    this.#c ^= shifted
    this.#d = (this.#d << 11) | (this.#d >>> 21)
    return (result >>> 0) / 2 ** 32
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.next()
  }

  /** Whole number from `low` to `high`, both included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1))
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[Math.floor(this.next() * choices.length)] ?? choices[0]
  }

  /** Standard normal (Marsaglia's polar method, which gives two at a time). */
  gaussian(): number {
    if (!Number.isNaN(this.#spare)) {
      const spare = this.#spare
      this.#spare = Number.NaN
      return spare
    }
    let x: number
    let y: number
    let square: number
    do {
      x = this.next() * 2 - 1
      y = this.next() * 2 - 1
      square = x * x + y * y
    } while (square >= 1 || square === 0)
    const scale = Math.sqrt((-2 * Math.log(square)) / square)
    this.#spare = y * scale
    return x * scale
  }

  /** Normal, cut to a range by clamping. */
  normal(mean: number, deviation: number, [low, high]: readonly [number, number]): number {
    return Math.min(high, Math.max(low, mean + deviation * this.gaussian()))
  }
}
