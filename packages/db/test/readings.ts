import type { BatchOutcome, IncomingReading } from '../src/vitals/ingest/reading.ts'
import type { Query } from '../src/database/sql.ts'
import { recordReadings } from '../src/vitals/record-readings.ts'
import type { Actor } from '../src/policy/actor.ts'
import type { TestHospital } from './hospital.ts'

/** A row as the wire makes it: patient 72/min now, unless said otherwise. */
export type Row = Partial<IncomingReading> & Pick<IncomingReading, 'values'>

/** Sends rows as the gateway, or as whoever is named. */
export function send(
  hospital: TestHospital,
  rows: readonly Row[],
  actor: Actor = hospital.gateway,
): Promise<BatchOutcome> {
  const now = hospital.clock.now.getTime()
  return recordReadings(hospital.as(actor), {
    rows: rows.map((row, index) => ({ index, patientId: null, mrn: null, sourceTime: now, device: null, ...row })),
  })
}

/** What became of every row, in order: `stored`, `duplicate`, the flags, or the code of the refusal. */
export function fates({ exceptions }: BatchOutcome, rows: number): string[] {
  const fate = Array.from({ length: rows }, () => 'stored')
  for (const outcome of exceptions) {
    fate[outcome.index] =
      outcome.status === 'flagged' ? outcome.flags.join('+') : outcome.status === 'refused' ? outcome.code : 'duplicate'
  }
  return fate
}

export async function storedReadings(sql: Query, patientId: string): Promise<number> {
  const [row] = await sql<{ count: number }>({
    text: 'select count(*)::int count from vital_reading where patient_id = $1',
    values: [patientId],
  })
  return row?.count ?? 0
}

/** Hours whose rollup is not the aggregate of the readings; empty when all is well. */
export function wrongRollups(sql: Query): Promise<object[]> {
  const columns = ['heart_rate', 'spo2', 'systolic', 'diastolic', 'temperature', 'respiration']
  const sums = columns.map((column, bit) => {
    const sound = `filter (where flags & ${1 << bit} = 0)`
    return `count(${column}) ${sound} ${column}_n, round(sum(${column}::float8) ${sound}::numeric, 3) ${column}_sum,
            min(${column}) ${sound} ${column}_min, max(${column}) ${sound} ${column}_max`
  })
  const kept = columns.map(
    (column) => `${column}_n, round(${column}_sum::numeric, 3) ${column}_sum, ${column}_min, ${column}_max`,
  )
  const truth = `select patient_id, date_trunc('hour', at, 'UTC') as hour, count(*)::int readings, ${sums.join(', ')}
                   from vital_reading group by 1, 2`
  const rollup = `select patient_id, hour, readings, ${kept.join(', ')} from vital_hourly`
  return sql({ text: `(${truth} except ${rollup}) union all (${rollup} except ${truth})` })
}
