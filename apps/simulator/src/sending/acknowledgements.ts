import type { BatchResult } from '../bedside.ts'
import { Latency } from '../latency.ts'

/** What the server said about everything that was sent. */
export class Acknowledgements {
  stored = 0
  duplicates = 0
  flagged = 0
  refused = 0
  /** Pushed out of a full buffer before any answer came, or still waiting when the run ended. */
  unacknowledged = 0
  batches = 0
  retries = 0
  /** `refused: NOT_ADMITTED`, `flagged: heartRate.impossible`, ... and how many rows each. */
  readonly reasons = new Map<string, number>()
  /** Round trip of a batch, from the first attempt. */
  readonly roundTrip = new Latency()

  get acknowledged(): number {
    return this.stored + this.duplicates + this.flagged + this.refused
  }

  add(result: BatchResult): void {
    this.batches++
    this.stored += result.stored
    this.duplicates += result.duplicates
    this.flagged += result.flagged
    this.refused += result.refused
    for (const row of result.results) {
      if (row.status === 'stored') continue
      for (const reason of reasonsOf(row)) this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1)
    }
  }
}

/** A row's outcome in words; a flagged row has one reason per flag. */
export function reasonsOf(row: BatchResult['results'][number]): string[] {
  if (row.status === 'flagged' && row.flags !== undefined && row.flags.length > 0) {
    return row.flags.map((flag) => `flagged: ${flag}`)
  }
  const field = row.field === undefined ? '' : ` (${row.field})`
  return [row.code === undefined ? row.status : `${row.status}: ${row.code}${field}`]
}
