import type { Statement } from '../database/sql.ts'
import { NUMERIC_PARAMETERS, type NumericParameter, type Acvpu } from './parameters.ts'
import { flagBits, implausibleBit, parameterColumns } from './reading-columns.ts'

/** A stored reading as people read it. Values that cannot be a patient's are listed in `implausible`. */
export interface ReadingRow {
  patientId: string
  at: string
  receivedAt: string
  deviceId: string | null
  heartRate: number | null
  spo2: number | null
  systolic: number | null
  diastolic: number | null
  temperature: number | null
  respiration: number | null
  supplementalOxygen: boolean | null
  consciousness: Acvpu | null
  news2: number | null
  news2Partial: boolean
  implausible: NumericParameter[]
  late: boolean
  clockSkew: boolean
}

export type StoredRow = Omit<ReadingRow, 'implausible' | 'late' | 'clockSkew' | 'news2Partial'> & { flags: number }

export const readingColumns = `patient_id "patientId", at, received_at "receivedAt",
  nullif(device_id, '00000000-0000-0000-0000-000000000000') "deviceId",
  ${NUMERIC_PARAMETERS.map((parameter) => `${parameterColumns[parameter]} "${parameter}"`).join(', ')},
  supplemental_oxygen "supplementalOxygen", consciousness, news2, flags`

export function toReadingRow({ flags, ...row }: StoredRow): ReadingRow {
  return {
    ...row,
    news2Partial: (flags & flagBits.partialScore) !== 0,
    implausible: NUMERIC_PARAMETERS.filter((parameter) => (flags & implausibleBit(parameter)) !== 0),
    late: (flags & flagBits.late) !== 0,
    clockSkew: (flags & flagBits.clockSkew) !== 0,
  }
}

export interface HistoryFilter {
  /** The patient's id, and those of files that were merged into this one. */
  patientIds: readonly string[]
  /** Strictly before this reading, for the next page. */
  before: { at: string; deviceId: string; patientId: string } | null
  from: string | null
  limit: number
}

/**
 * Newest first. Named, so that planning over the partitions is paid once per connection (1.65x measured). Of several files
 * the newest of each are looked up by the index, then the newest of those.
 */
export function historyStatement({ patientIds, before, from, limit }: HistoryFilter): Statement {
  const [patientId] = patientIds
  const isOne = patientIds.length === 1
  const values: unknown[] = [isOne ? patientId : patientIds, limit]
  const bind = (value: unknown) => `$${values.push(value)}`
  const key = isOne ? 'at, device_id' : 'at, device_id, patient_id'
  const page =
    before === null
      ? ''
      : `and (${key}) < (${bind(before.at)}::timestamptz, ${bind(before.deviceId)}::uuid${
          isOne ? '' : `, ${bind(before.patientId)}::uuid`
        })`
  const since = from === null ? '' : `and at >= ${bind(from)}`
  const newestOf = (patient: string) =>
    `select * from vital_reading where patient_id = ${patient} ${page} ${since} order by at desc, device_id desc limit $2`
  return {
    name: `vitals_history${isOne ? '' : '_merged'}${page && '_page'}${since && '_since'}`,
    text: isOne
      ? newestOf('$1').replace('*', readingColumns)
      : `select ${readingColumns} from unnest($1::uuid[]) file(id), lateral (${newestOf('file.id')}) r
          order by at desc, device_id desc, patient_id desc limit $2`,
    values,
  }
}

/** Count, mean, least and greatest of one vital sign over a span; null without a sound value. */
export type Statistics = { count: number; mean: number; min: number; max: number } | null

export interface SpanStatistics extends Record<NumericParameter, Statistics> {
  /** Beginning of the hour or day. */
  start: string
  readings: number
}

interface SpanRow {
  start: string
  readings: number
  [column: string]: unknown
}

export function toSpanStatistics(row: SpanRow): SpanStatistics {
  const statistics = (parameter: NumericParameter): Statistics => {
    const [count, sum, min, max] = ['n', 'sum', 'min', 'max'].map((part) =>
      Number(row[`${parameterColumns[parameter]}_${part}`]),
    )
    if (!count || sum === undefined || min === undefined || max === undefined) return null
    return { count, mean: Math.round((sum / count) * 1000) / 1000, min, max }
  }
  return {
    start: row.start,
    readings: row.readings,
    heartRate: statistics('heartRate'),
    spo2: statistics('spo2'),
    systolic: statistics('systolic'),
    diastolic: statistics('diastolic'),
    temperature: statistics('temperature'),
    respiration: statistics('respiration'),
  }
}

const sumColumns = NUMERIC_PARAMETERS.flatMap((parameter) =>
  [
    ['n', 'sum'],
    ['sum', 'sum'],
    ['min', 'min'],
    ['max', 'max'],
  ].map(([part, total]) => `${total}(${parameterColumns[parameter]}_${part}) ${parameterColumns[parameter]}_${part}`),
).join(', ')

/** From the rollup that ingest keeps: ten times faster than the readings. Hours are UTC. */
export function hourlyStatement(patientIds: readonly string[], { from, to }: { from: string; to: string }): Statement {
  return {
    name: 'vitals_hourly',
    text: `select hour start, sum(readings)::int readings, ${sumColumns} from vital_hourly
            where patient_id = any($1) and hour >= date_trunc('hour', $2::timestamptz, 'UTC') and hour < $3
            group by hour order by hour`,
    values: [patientIds, from, to],
  }
}

const dailySums = NUMERIC_PARAMETERS.map((parameter) => {
  const column = parameterColumns[parameter]
  const sound = `filter (where flags & ${implausibleBit(parameter)} = 0)`
  return `count(${column}) ${sound} ${column}_n, sum(${column}::float8) ${sound} ${column}_sum,
          min(${column}) ${sound} ${column}_min, max(${column}) ${sound} ${column}_max`
}).join(', ')

/** From the readings themselves, since a day begins at the hospital's midnight, which need not fall on a UTC hour. */
export function dailyStatement(
  patientIds: readonly string[],
  { from, days, timeZone }: { from: string; days: number; timeZone: string },
): Statement {
  return {
    name: 'vitals_daily',
    text: `select date_trunc('day', at, $4) start, count(*)::int readings, ${dailySums}
             from vital_reading
            where patient_id = any($1)
              and at >= ($2::date)::timestamp at time zone $4
              and at < ($2::date + $3::int)::timestamp at time zone $4
            group by 1 order by 1`,
    values: [patientIds, from, days, timeZone],
  }
}
