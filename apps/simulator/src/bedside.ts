/**
 * The port between the simulator and a server: all that synthetic monitors, replayed recordings and watchers need.
 * The adapter that speaks to a real server is filled in by `connection/connect-bedside.ts`; tests use a fake ward.
 */

/** One reading as it goes over the wire; a field that was not measured is absent. */
export interface Reading {
  /** Patient's UUID; either this or `mrn`. */
  patientId?: string
  mrn?: string
  /** Source time: ISO 8601 or epoch milliseconds. Identity of a reading is (patient, device, source time). */
  at: number | string
  /** Serial number of the device. */
  device?: string
  /** beats/min */
  heartRate?: number
  /** % */
  spo2?: number
  supplementalOxygen?: boolean
  /** mmHg */
  systolic?: number
  /** mmHg */
  diastolic?: number
  /** degrees Celsius */
  temperature?: number
  /** breaths/min */
  respiration?: number
  consciousness?: Consciousness
}

/** ACVPU of the Royal College of Physicians' NEWS2: alert, confused (new), voice, pain, unresponsive. */
export type Consciousness = 'A' | 'C' | 'V' | 'P' | 'U'

/** What became of a row that was not plainly stored. */
export interface RowResult {
  /** Position in the batch that was sent. */
  index: number
  status: 'stored' | 'duplicate' | 'flagged' | 'refused'
  /** Why, from the server's closed list of codes. */
  code?: string
  field?: string
  flags?: string[]
}

/** The answer to a batch: the counts cover every row, `results` may list only those that were not plainly stored. */
export interface BatchResult {
  results: RowResult[]
  stored: number
  duplicates: number
  flagged: number
  refused: number
}

export interface BedsidePatient {
  id: string
  mrn: string
  /** The ward the patient lies in, when admitted to one. */
  wardId?: string
}

/** One call for somebody: an alarm when it was raised, and again each time its level rose. */
export interface RaisedAlarm {
  id: string
  patientId: string
  /** `threshold`, `missing-data`, `news2`, `rate-of-change`, `emergency`, ... */
  rule: string
  /** The vital sign a threshold alarm speaks of, named as in `Reading`. */
  vital?: string
  level: 'warning' | 'critical' | 'emergency'
  /** Server's clock, epoch milliseconds. */
  raisedAt: number
  /** Source time of the reading that raised it, epoch milliseconds; absent where none did (missing data). */
  sourceAt?: number
}

/** What a live subscription says. */
export type LiveEvent =
  | { kind: 'reading'; patientId: string; /** Source time, epoch ms. */ at: number; device?: string }
  | { kind: 'alarm'; patientId: string; level: RaisedAlarm['level'] }
  /** The stream broke and was taken up again where it stopped. */
  | { kind: 'resumed' }

export interface Bedside {
  /**
   * Sends up to 5,000 readings. Safe to repeat with the same readings.
   * @throws BedsideError
   */
  recordBatch(readings: readonly Reading[]): Promise<BatchResult>
  /** The first `limit` patients this login may send for, always in the same order. */
  listPatients(query: { limit: number }): Promise<BedsidePatient[]>
  /** Every reading of the ward's patients from now on; ends when the signal aborts. */
  watchWard(wardId: string, signal: AbortSignal): AsyncIterable<LiveEvent>
  watchPatient(patientId: string, signal: AbortSignal): AsyncIterable<LiveEvent>
  /** Every call raised at or after `time` (server's clock, epoch ms) that this login may see. */
  alarmsSince(time: number): Promise<RaisedAlarm[]>
  close(): Promise<void>
}

/** Why a call to the server failed. The message never carries a patient's data. */
export class BedsideError extends Error {
  override readonly name = 'BedsideError'
  /** `UNREACHABLE`, `UNAUTHORIZED`, `FORBIDDEN`, or the server's own code. */
  readonly code: string
  /** True for connection loss, 408, 429 and 5xx: the same readings may be sent again. */
  readonly retryable: boolean
  /** What the server asked to wait. */
  readonly retryAfterMs: number | undefined

  constructor(message: string, details: { code: string; retryable: boolean; retryAfterMs?: number; cause?: unknown }) {
    super(message, { cause: details.cause })
    this.code = details.code
    this.retryable = details.retryable
    this.retryAfterMs = details.retryAfterMs
  }

  /** True when no repetition and no other batch can succeed: the login is missing, wrong or not allowed. */
  get isRefusedLogin(): boolean {
    return this.code === 'UNAUTHORIZED' || this.code === 'FORBIDDEN'
  }
}
