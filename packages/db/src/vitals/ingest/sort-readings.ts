import type { Query } from '../../database/sql.ts'
import { devicesBySerial, isElsewhere, noDevice } from './devices.ts'
import type { NewReading } from './judge-readings.ts'
import { maxAheadMs, retentionDays } from './limits.ts'
import type { MonitorRow } from './monitors.ts'
import { type IncomingReading, refusal, type RowOutcome } from './reading.ts'
import { findReadings, type ReadingKey } from './store-readings.ts'
import { type VitalValues, PARAMETERS } from '../parameters.ts'

export interface Sorted {
  /** New readings by patient. */
  fresh: Map<string, NewReading[]>
  /** Rows that are refused or repeat what is known. */
  outcomes: RowOutcome[]
}

/**
 * Sorts a batch into what is new and what is not: refuses what cannot be taken (row by row, never the batch), drops
 * repetitions. Race-free, since the monitors of all its patients are locked.
 */
export async function sortReadings(
  sql: Query,
  {
    hospitalId,
    rows,
    patientOf,
    monitors,
    receivedAt,
  }: {
    hospitalId: string
    rows: readonly IncomingReading[]
    patientOf: (row: IncomingReading) => string | undefined
    monitors: ReadonlyMap<string, MonitorRow>
    receivedAt: number
  },
): Promise<Sorted> {
  const serials = new Set<string>()
  for (const { device } of rows) if (device !== null) serials.add(device)
  const devices = await devicesBySerial(sql, { hospitalId, serials: [...serials] })
  const outcomes: RowOutcome[] = []
  const taken = new ByReading<IncomingReading>()
  const twins: { row: IncomingReading; key: ReadingKey }[] = []
  const candidates: (NewReading & { patientId: string })[] = []
  const suspects: ReadingKey[] = []
  const oldest = receivedAt - retentionDays * 86_400_000
  for (const row of rows) {
    const { index, sourceTime: at } = row
    const patientId = patientOf(row)
    const monitor = patientId === undefined ? undefined : monitors.get(patientId)
    const device = row.device === null ? undefined : devices.get(row.device)
    const problem = refusalOf()
    if (problem || patientId === undefined || monitor === undefined) {
      outcomes.push(problem ?? refusal(index, 'not_admitted', row.mrn === null ? 'patientId' : 'mrn'))
      continue
    }
    const deviceId = device?.id ?? noDevice
    if (!taken.add({ patientId, at, deviceId }, row)) {
      twins.push({ row, key: { patientId, at, deviceId } })
      continue
    }
    // Nothing newer than the newest stored reading can be a repetition: the ordinary batch asks no further question.
    if (at <= monitor.lastAt) suspects.push({ patientId, at, deviceId })
    candidates.push({ index, at, deviceId, values: row.values, patientId })

    function refusalOf(): RowOutcome | undefined {
      const who = row.mrn === null ? 'patientId' : 'mrn'
      if (monitor === undefined) return refusal(index, 'not_admitted', who)
      if (!monitor.active && (monitor.endedAt === null || at > Date.parse(monitor.endedAt))) {
        return refusal(index, 'not_admitted', who)
      }
      if (row.device !== null && !device) return refusal(index, 'device_unknown', 'device')
      if (device && isElsewhere(device, { patientId, at })) return refusal(index, 'device_elsewhere', 'device')
      if (at < oldest) return refusal(index, 'too_old', 'at')
      return at > receivedAt + maxAheadMs ? refusal(index, 'future_time', 'at') : undefined
    }
  }
  const known = new ByReading<VitalValues>()
  for (const stored of await findReadings(sql, suspects)) known.add(stored, stored.values)
  // What a row of the batch repeats is what is stored, if anything is, and not the row before it.
  for (const { row, key } of twins) {
    const first = known.get(key) ?? taken.get(key)?.values
    if (first) outcomes.push(repetition(row.index, sameValues(row.values, first)))
  }
  const fresh = new Map<string, NewReading[]>()
  for (const reading of candidates) {
    const { patientId } = reading
    const stored = suspects.length === 0 ? undefined : known.get(reading)
    if (stored) {
      outcomes.push(repetition(reading.index, sameValues(reading.values, stored)))
      continue
    }
    const readings = fresh.get(patientId)
    if (readings) readings.push(reading)
    else fresh.set(patientId, [reading])
  }
  return { fresh, outcomes }
}

/** Something of each reading by its key. Three maps in one another: a text of the three was more work than all the rest here. */
class ByReading<T> {
  readonly #patients = new Map<string, Map<string, Map<number, T>>>()

  get({ patientId, deviceId, at }: ReadingKey): T | undefined {
    return this.#patients.get(patientId)?.get(deviceId)?.get(at)
  }

  /** False, and nothing added, where something is already. */
  add({ patientId, deviceId, at }: ReadingKey, value: T): boolean {
    let devices = this.#patients.get(patientId)
    if (!devices) this.#patients.set(patientId, (devices = new Map()))
    let times = devices.get(deviceId)
    if (!times) devices.set(deviceId, (times = new Map()))
    if (times.has(at)) return false
    times.set(at, value)
    return true
  }
}

function repetition(index: number, isSame: boolean): RowOutcome {
  return isSame ? { index, status: 'duplicate' } : refusal(index, 'differs_from_stored', 'at')
}

/** Stored values are single-precision: compared as such, 36.6 is 36.6. */
function sameValues(a: VitalValues, b: VitalValues): boolean {
  return PARAMETERS.every((parameter) => {
    const [left, right] = [a[parameter], b[parameter]]
    return typeof left === 'number' && typeof right === 'number'
      ? Math.fround(left) === Math.fround(right)
      : left === right
  })
}
