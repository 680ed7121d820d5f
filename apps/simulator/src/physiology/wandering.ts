import type { Random } from './random.ts'

/**
 * Minutes-long wandering of the vital signs around their mean: six Ornstein-Uhlenbeck processes with correlated shocks,
 * stepped exactly for any interval (Gillespie, Phys Rev E 1996), so that 1 reading/s and 1 reading/h have the same spread.
 */
export class Wandering {
  /** Present deviation from the mean, in the units of each vital sign. */
  readonly deviation = new Float64Array(6)
  readonly #random: Random
  readonly #shock = new Float64Array(6)
  readonly #decay = new Float64Array(6)
  readonly #spread = new Float64Array(6)
  #interval = Number.NaN

  constructor(random: Random) {
    this.#random = random
    this.#step(Number.POSITIVE_INFINITY)
  }

  advance(seconds: number): void {
    this.#step(seconds)
  }

  #step(seconds: number): void {
    if (seconds !== this.#interval) this.#prepare(seconds)
    const shock = this.#shock
    for (let vital = 0; vital < 6; vital++) shock[vital] = this.#random.gaussian()
    for (let vital = 0; vital < 6; vital++) {
      let correlated = 0
      for (let other = 0; other <= vital; other++) {
        correlated += (FACTOR[vital * 6 + other] ?? 0) * (shock[other] ?? 0)
      }
      this.deviation[vital] =
        (this.#decay[vital] ?? 0) * (this.deviation[vital] ?? 0) + (this.#spread[vital] ?? 0) * correlated
    }
  }

  /** Patients are sampled evenly, so the exponentials are worked out once. */
  #prepare(seconds: number): void {
    this.#interval = seconds
    for (let vital = 0; vital < 6; vital++) {
      const decay = Math.exp(-seconds / (MEMORY_S[vital] ?? 1))
      this.#decay[vital] = decay
      this.#spread[vital] = (STEADY_DEVIATION[vital] ?? 0) * Math.sqrt(1 - decay * decay)
    }
  }
}

/** How long a deviation lasts (time constant, s): breathing fastest, core temperature slowest. */
const MEMORY_S = [180, 240, 300, 300, 3600, 150]

/** Standard deviation in the long run: beats/min, %, mmHg, mmHg, °C, breaths/min of a patient at rest. */
const STEADY_DEVIATION = [2.5, 0.45, 3, 2, 0.07, 0.8]

/**
 * Correlation of the shocks: fever drives heart and breathing, the two pressures move together, the baroreflex slows the
 * heart when pressure rises, saturation falls while breathing quickens.
 */
const CORRELATION = [
  [1, -0.15, -0.2, -0.1, 0.3, 0.4],
  [-0.15, 1, 0.05, 0.05, -0.1, -0.3],
  [-0.2, 0.05, 1, 0.7, 0, -0.1],
  [-0.1, 0.05, 0.7, 1, 0, -0.05],
  [0.3, -0.1, 0, 0, 1, 0.3],
  [0.4, -0.3, -0.1, -0.05, 0.3, 1],
]

const FACTOR = cholesky(CORRELATION)

/** Lower triangular factor, row by row; a matrix that is no correlation has none. */
function cholesky(matrix: number[][]): Float64Array {
  const size = matrix.length
  const factor = new Float64Array(size * size)
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      let sum = matrix[row]?.[column] ?? 0
      for (let k = 0; k < column; k++) sum -= (factor[row * size + k] ?? 0) * (factor[column * size + k] ?? 0)
      if (row === column && sum <= 0) throw new RangeError('the correlations contradict each other')
      factor[row * size + column] = row === column ? Math.sqrt(sum) : sum / (factor[column * size + column] ?? 1)
    }
  }
  return factor
}
