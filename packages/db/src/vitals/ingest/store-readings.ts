import { boolArray, float4Array, float8Array, int2Array, textArray, uuidArray } from '../../database/binary-arrays.ts'
import type { Query } from '../../database/sql.ts'
import { NUMERIC_PARAMETERS, type VitalValues } from '../parameters.ts'
import { implausibleBit, parameterColumns } from '../reading-columns.ts'

/** A reading as it is stored. */
export interface StoredReading {
  patientId: string
  /** Source time, epoch milliseconds. */
  at: number
  deviceId: string
  values: VitalValues
  news2: number | null
  flags: number
}

const columns = NUMERIC_PARAMETERS.map((parameter) => parameterColumns[parameter])

/** An implausible value is kept in the reading and out of every statistic. */
const sums = NUMERIC_PARAMETERS.map((parameter) => {
  const column = parameterColumns[parameter]
  const sound = `filter (where flags & ${implausibleBit(parameter)} = 0)`
  return `count(${column}) ${sound}, sum(${column}::float8) ${sound}, min(${column}) ${sound}, max(${column}) ${sound}`
})

const merged = columns.map(
  (column) => `${column}_n = h.${column}_n + excluded.${column}_n,
    ${column}_sum = case when excluded.${column}_sum is null then h.${column}_sum
                         else coalesce(h.${column}_sum, 0) + excluded.${column}_sum end,
    ${column}_min = least(h.${column}_min, excluded.${column}_min),
    ${column}_max = greatest(h.${column}_max, excluded.${column}_max)`,
)

/**
 * One statement for any number of rows: the readings, the hourly rollup, and the batch for live streams. The text
 * never changes with the size of the batch, so it is planned once per connection.
 */
const text = `
with given as materialized (
  select patient_id, to_timestamp(at / 1000)::timestamptz(3) at, device_id, ${columns.join(', ')},
         supplemental_oxygen, consciousness, news2, flags
    from unnest($3::uuid[], $4::float8[], $5::uuid[], ${columns.map((_, i) => `$${i + 6}::real[]`).join(', ')},
                $12::bool[], $13::text[], $14::int2[], $15::int2[])
      as g(patient_id, at, device_id, ${columns.join(', ')}, supplemental_oxygen, consciousness, news2, flags)
), stored as (
  insert into vital_reading (patient_id, at, device_id, hospital_id, received_at, ${columns.join(', ')},
                             supplemental_oxygen, consciousness, news2, flags)
  select patient_id, at, device_id, $1, $2, ${columns.join(', ')}, supplemental_oxygen, consciousness::"char", news2, flags
    from given
), batch as (
  insert into reading_batch (hospital_id, at_from, at_to, stored_at) select $1, min(at), max(at), $2 from given
)
insert into vital_hourly as h (patient_id, hour, hospital_id, readings,
    ${columns.map((column) => `${column}_n, ${column}_sum, ${column}_min, ${column}_max`).join(', ')})
  select patient_id, date_trunc('hour', at, 'UTC'), $1, count(*), ${sums.join(', ')}
    from given group by 1, 2 order by 1, 2
  on conflict (patient_id, hour) do update set readings = h.readings + excluded.readings, ${merged.join(', ')}`

/**
 * Stores readings that are known to be new: their patients' monitors are locked and their keys were looked for, so that a
 * violated key would be a defect and may fail the batch.
 */
export async function storeReadings(
  sql: Query,
  { hospitalId, receivedAt, readings }: { hospitalId: string; receivedAt: Date; readings: readonly StoredReading[] },
): Promise<void> {
  await sql({
    name: 'readings_store',
    text,
    values: [
      hospitalId,
      receivedAt,
      uuidArray(readings.map(({ patientId }) => patientId)),
      float8Array(readings.map(({ at }) => at)),
      uuidArray(readings.map(({ deviceId }) => deviceId)),
      ...NUMERIC_PARAMETERS.map((parameter) => float4Array(readings.map(({ values }) => values[parameter]))),
      boolArray(readings.map(({ values }) => values.supplementalOxygen)),
      textArray(readings.map(({ values }) => values.consciousness)),
      int2Array(readings.map(({ news2 }) => news2)),
      int2Array(readings.map(({ flags }) => flags)),
    ],
  })
}

export interface ReadingKey {
  patientId: string
  at: number
  deviceId: string
}

export interface StoredValues extends ReadingKey {
  values: VitalValues
}

/** The stored readings under these keys, with their values, to tell a repetition from a contradiction. */
export async function findReadings(sql: Query, keys: readonly ReadingKey[]): Promise<StoredValues[]> {
  if (keys.length === 0) return []
  const rows = await sql<{ patientId: string; at: string; deviceId: string } & Record<string, unknown>>({
    name: 'readings_find',
    // The instants are worked out first: under row-level security an index takes a condition on plain columns alone.
    text: `with given as materialized (
             select patient_id, to_timestamp(at / 1000) at, device_id
               from unnest($1::uuid[], $2::float8[], $3::uuid[]) as g(patient_id, at, device_id))
           select r.patient_id "patientId", r.at, r.device_id "deviceId",
                  ${NUMERIC_PARAMETERS.map((parameter) => `r.${parameterColumns[parameter]} "${parameter}"`).join(', ')},
                  r.supplemental_oxygen "supplementalOxygen", r.consciousness
             from given g join vital_reading r on r.patient_id = g.patient_id and r.at = g.at
              and r.device_id = g.device_id
              and r.at between to_timestamp($4::float8 / 1000) and to_timestamp($5::float8 / 1000)`,
    values: [
      keys.map(({ patientId }) => patientId),
      keys.map(({ at }) => at),
      keys.map(({ deviceId }) => deviceId),
      keys.reduce((least, { at }) => Math.min(least, at), Infinity),
      keys.reduce((most, { at }) => Math.max(most, at), -Infinity),
    ],
  })
  return rows.map(({ patientId, at, deviceId, ...values }) => ({
    patientId,
    at: Date.parse(at),
    deviceId,
    values: Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null)) as VitalValues,
  }))
}
