/** What a load run measured. Shares are 0 to 1, latencies milliseconds from the time a request was due. */
export interface LoadReport {
  /** Procedure or method and path. */
  target: string
  origin: string
  model: { kind: 'open'; ratePerSecond: number; connections: number } | { kind: 'closed'; concurrency: number }
  /** ISO 8601, start of the measured part. */
  startedAt: string
  warmUpS: number
  measuredS: number
  requests: number
  errors: number
  errorShare: number
  /** How many answers by status or failure. */
  outcomes: Record<string, number>
  /** Answers without an error per second. */
  ratePerSecond: number
  /** Of the rate asked for; 1 in a closed model. */
  achievedShare: number
  latencyMs: { count: number; min: number; mean: number; max: number; percentiles: Record<string, number> }
  /** The distribution, percentile rising. */
  curve: { percentile: number; ms: number }[]
  seconds: { second: number; requests: number; errors: number; p50: number; p95: number; p99: number }[]
  serviceLevels: { text: string; metric: string; actual: number; isMet: boolean }[]
}
