import type { BatchResult, Reading } from '../bedside.ts'
import { reasonsOf } from '../sending/acknowledgements.ts'
import type { Recording } from './recording.ts'

/** Where every row of a recording went; the five counts add up to the rows read. */
export class RowOutcomes {
  stored = 0
  flagged = 0
  duplicate = 0
  /** By this program, before sending, or by the server. */
  refused = 0
  /** Never sent or never answered. */
  unacknowledged = 0
  readonly reasons = new Map<string, number>()
  readonly #rowsOf = new Map<Reading, number>()

  constructor(recording: Recording) {
    for (const [reason, rows] of recording.refused) {
      this.refused += rows
      this.#note(`refused here: ${reason}`, rows)
    }
  }

  /** A reading that is about to be sent, made of `rows` rows. */
  expect(reading: Reading, rows: number): void {
    this.#rowsOf.set(reading, rows)
    this.unacknowledged += rows
  }

  settle(readings: readonly Reading[], result: BatchResult): void {
    const special = new Map(result.results.map((row) => [row.index, row]))
    for (const [index, reading] of readings.entries()) {
      const rows = this.#rowsOf.get(reading) ?? 0
      this.#rowsOf.delete(reading)
      this.unacknowledged -= rows
      const row = special.get(index)
      this[row?.status ?? 'stored'] += rows
      if (row === undefined || row.status === 'stored') continue
      for (const reason of reasonsOf(row)) this.#note(reason, rows)
    }
  }

  get total(): number {
    return this.stored + this.flagged + this.duplicate + this.refused + this.unacknowledged
  }

  #note(reason: string, rows: number): void {
    this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + rows)
  }
}
