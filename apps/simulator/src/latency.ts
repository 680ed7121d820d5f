import { build, type Histogram } from 'hdr-histogram-js'

/** Points of a latency distribution that every report shows. */
const PERCENTILES = [50, 75, 90, 95, 99, 99.9, 99.99] as const

export interface LatencySummary {
  count: number
  /** All in milliseconds. */
  min: number
  mean: number
  max: number
  percentiles: Record<string, number>
}

/** An HDR histogram of milliseconds: 1 µs resolution, three significant digits, up to ten minutes. */
export class Latency {
  readonly #histogram: Histogram = build({
    bitBucketSize: 32,
    lowestDiscernibleValue: 1,
    highestTrackableValue: HIGHEST_US,
    numberOfSignificantValueDigits: 3,
  })

  record(ms: number): void {
    this.#histogram.recordValue(Math.min(HIGHEST_US, Math.max(0, Math.round(ms * 1000))))
  }

  get count(): number {
    return this.#histogram.totalCount
  }

  /** Milliseconds below which `percentile` % of the recorded values lie; 0 when there are none. */
  at(percentile: number): number {
    if (this.count === 0) return 0
    // A bucket's upper edge may lie above anything that was recorded in it.
    return Math.min(this.#histogram.getValueAtPercentile(percentile), this.#histogram.maxValue) / 1000
  }

  reset(): void {
    this.#histogram.reset()
  }

  summarise(): LatencySummary {
    const percentiles: Record<string, number> = {}
    for (const percentile of PERCENTILES) percentiles[`p${percentile}`] = this.at(percentile)
    if (this.count === 0) return { count: 0, min: 0, mean: 0, max: 0, percentiles }
    return {
      count: this.count,
      min: this.#histogram.getValueAtPercentile(0) / 1000,
      mean: this.#histogram.mean / 1000,
      max: this.#histogram.maxValue / 1000,
      percentiles,
    }
  }
}

const HIGHEST_US = 600_000_000
