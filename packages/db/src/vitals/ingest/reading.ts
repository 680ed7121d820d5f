import type { VitalValues } from '../parameters.ts'

/** One reading as it reaches the domain: checked for form, in standard units, not yet for sense. */
export interface IncomingReading {
  /** Its place in the caller's batch. */
  index: number
  /** One of the two says who it is of. */
  patientId: string | null
  mrn: string | null
  /** What the device's clock said, epoch milliseconds. */
  sourceTime: number
  /** Serial number; null for readings charted by hand or by a gateway that names no device. */
  device: string | null
  values: VitalValues
}

export type RefusalCode =
  /** Not of this hospital, not admitted, or not yours: the same answer. */
  | 'not_admitted'
  | 'device_unknown'
  /** The device is on another patient. */
  | 'device_elsewhere'
  | 'too_old'
  | 'future_time'
  /** Same patient, device and time as a stored reading, other values. */
  | 'differs_from_stored'
  /** The form is wrong; `field` says where. */
  | 'invalid'

export type ReadingFlagName = 'implausible' | 'late' | 'clock_skew'

/** What became of a reading. Every row of a batch gets exactly one. */
export type RowOutcome =
  | { index: number; status: 'stored' }
  | { index: number; status: 'flagged'; flags: ReadingFlagName[]; fields: string[] }
  | { index: number; status: 'duplicate' }
  | { index: number; status: 'refused'; code: RefusalCode; field: string }

export interface BatchOutcome {
  stored: number
  flagged: number
  duplicates: number
  refused: number
  /** Every row that is not plainly `stored`, by index. */
  exceptions: Exclude<RowOutcome, { status: 'stored' }>[]
}

export function refusal(index: number, code: RefusalCode, field: string): RowOutcome {
  return { index, status: 'refused', code, field }
}

export function summarise(outcomes: readonly RowOutcome[]): BatchOutcome {
  const counts = { stored: 0, flagged: 0, duplicate: 0, refused: 0 }
  const exceptions: BatchOutcome['exceptions'] = []
  for (const outcome of outcomes) {
    counts[outcome.status] += 1
    if (outcome.status !== 'stored') exceptions.push(outcome)
  }
  exceptions.sort((a, b) => a.index - b.index)
  const { duplicate, ...rest } = counts
  return { ...rest, duplicates: duplicate, exceptions }
}
