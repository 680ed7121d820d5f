import {
  type BatchResult,
  type Bedside,
  type BedsideError,
  type BedsidePatient,
  type LiveEvent,
  type RaisedAlarm,
  type Reading,
  type RowResult,
} from '../src/bedside.ts'
import { severityOf, VITALS } from '../src/physiology/vital.ts'

/** A ward in memory that keeps readings once, flags impossible values and raises a threshold alarm for each first breach. */
export class FakeWard implements Bedside {
  readonly patients: BedsidePatient[]
  readonly readings: Reading[] = []
  readonly batches: number[] = []
  readonly alarms: RaisedAlarm[] = []
  /** Thrown by the next calls, one each. */
  readonly failures: BedsideError[] = []
  /** Stored, but the answer is lost on its way. */
  losesAnswers = 0
  isClosed = false
  readonly #keys = new Set<string>()
  readonly #listeners = new Set<(event: LiveEvent) => void>()

  constructor(patients: number) {
    this.patients = Array.from({ length: patients }, (_, place) => ({
      id: `00000000-0000-4000-8000-${String(place + 1).padStart(12, '0')}`,
      mrn: `MRN-${place + 1}`,
      wardId: 'ward-1',
    }))
  }

  recordBatch(readings: readonly Reading[]): Promise<BatchResult> {
    this.batches.push(readings.length)
    const failure = this.failures.shift()
    if (failure !== undefined && this.losesAnswers === 0) return Promise.reject(failure)
    const results: RowResult[] = []
    for (const [index, reading] of readings.entries()) {
      const row = this.#store(reading, index)
      if (row !== undefined) results.push(row)
    }
    if (failure !== undefined) {
      this.losesAnswers--
      return Promise.reject(failure)
    }
    const count = (status: RowResult['status']) => results.filter((row) => row.status === status).length
    return Promise.resolve({
      results,
      stored: readings.length - results.length,
      duplicates: count('duplicate'),
      flagged: count('flagged'),
      refused: count('refused'),
    })
  }

  listPatients({ limit }: { limit: number }): Promise<BedsidePatient[]> {
    return Promise.resolve(this.patients.slice(0, limit))
  }

  alarmsSince(): Promise<RaisedAlarm[]> {
    return Promise.resolve(this.alarms)
  }

  watchWard(_: string, signal: AbortSignal): AsyncIterable<LiveEvent> {
    return this.#listen(signal)
  }

  watchPatient(patientId: string, signal: AbortSignal): AsyncIterable<LiveEvent> {
    return this.#listen(signal, patientId)
  }

  tell(event: LiveEvent): void {
    for (const listener of this.#listeners) listener(event)
  }

  close(): Promise<void> {
    this.isClosed = true
    return Promise.resolve()
  }

  #store(reading: Reading, index: number): RowResult | undefined {
    const patientId = reading.patientId ?? ''
    if (!this.patients.some((patient) => patient.id === patientId)) {
      return { index, status: 'refused', code: 'PATIENT_NOT_FOUND', field: 'patientId' }
    }
    const key = `${patientId} ${reading.at} ${reading.device ?? ''}`
    if (this.#keys.has(key)) return { index, status: 'duplicate', code: 'DUPLICATE' }
    this.#keys.add(key)
    this.readings.push(reading)
    this.tell({ kind: 'reading', patientId, at: Number(reading.at) })
    const impossible = (reading.heartRate ?? 1) <= 0 || (reading.heartRate ?? 1) > 250 || (reading.spo2 ?? 1) <= 0
    if (impossible) return { index, status: 'flagged', flags: ['impossible'] }
    this.#raise(reading, patientId)
    return undefined
  }

  #raise(reading: Reading, patientId: string): void {
    for (const [vital, name] of VITALS.entries()) {
      const value = reading[name]
      const severity = value === undefined ? 0 : severityOf(vital, value)
      const level = severity === 2 ? 'critical' : 'warning'
      const id = `${patientId} ${name} ${level}`
      if (severity === 0 || this.alarms.some((alarm) => alarm.id === id)) continue
      const at = Number(reading.at)
      this.alarms.push({ id, patientId, rule: 'threshold', vital: name, level, raisedAt: at, sourceAt: at })
    }
  }

  async *#listen(signal: AbortSignal, patientId?: string): AsyncGenerator<LiveEvent> {
    const waiting: LiveEvent[] = []
    let wake = () => {}
    const listener = (event: LiveEvent) => {
      if (patientId !== undefined && event.kind !== 'resumed' && event.patientId !== patientId) return
      waiting.push(event)
      wake()
    }
    this.#listeners.add(listener)
    signal.addEventListener('abort', () => wake())
    try {
      while (!signal.aborted) {
        yield* waiting.splice(0)
        if (waiting.length > 0 || signal.aborted) continue
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    } finally {
      this.#listeners.delete(listener)
    }
  }
}
