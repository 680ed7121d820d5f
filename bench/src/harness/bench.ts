/** One measured figure, beside the ceiling it is compared with, both from the same run. */
export interface Figure {
  name: string
  value: number
  unit: string
  /** What the same work costs with nothing of ours around it. */
  ceiling: number
  /** value / ceiling for rates; the promise is in `target`. */
  ratio: number
  [detail: string]: unknown
}

export interface BenchOptions {
  /** How long each measured phase lasts. */
  seconds: number
}

export interface Bench {
  name: string
  run: (options: BenchOptions) => Promise<Figure[]>
}

export function round(value: number, digits = 3): number {
  return Number(value.toPrecision(digits))
}
