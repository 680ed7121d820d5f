import { type Page, pageOf } from '../database/page.ts'
import { recordRead } from '../audit/record-read.ts'
import type { Ctx } from '../kernel/context.ts'
import { authorize } from '../policy/authorize.ts'
import { noDevice } from './ingest/devices.ts'
import {
  dailyStatement,
  historyStatement,
  hourlyStatement,
  type ReadingRow,
  type SpanStatistics,
  type StoredRow,
  toReadingRow,
  toSpanStatistics,
} from './vitals.queries.ts'

/** The ids under which the patient's readings lie, for whoever may read them; the disclosure is on record. */
async function readableFiles(ctx: Ctx, patientId: string, action: string): Promise<string[]> {
  const access = await authorize(ctx, 'vitals.read', { type: 'patient', id: patientId })
  const [files] = await Promise.all([
    ctx.sql<{ id: string }>({
      name: 'merged_records',
      text: 'select merged_records($1) id',
      values: [patientId],
    }),
    recordRead(ctx, {
      hospitalId: access.hospitalId,
      action,
      resource: { type: 'patient', id: patientId },
      patientIds: [patientId],
    }),
  ])
  return files.map(({ id }) => id)
}

export interface HistoryInput {
  patientId: string
  /** Newest first; at most 1,000. */
  limit: number
  /** `next` of the page before. */
  after: string | null
  /** Not older than this instant. */
  from: string | null
}

/** The readings of a patient, newest first, page by page: no reading is skipped or repeated by equal times. */
export async function readHistory(
  ctx: Ctx,
  { patientId, limit, after, from }: HistoryInput,
): Promise<Page<ReadingRow>> {
  const patientIds = await readableFiles(ctx, patientId, 'vitals.history')
  const [at, deviceId, file = patientId] = after?.split('/') ?? []
  const before = at !== undefined && deviceId !== undefined ? { at, deviceId, patientId: file } : null
  const rows = await ctx.sql<StoredRow>(historyStatement({ patientIds, before, from, limit: limit + 1 }))
  const { items, next } = pageOf(rows, limit, (row) => {
    const place = `${row.at}/${row.deviceId ?? noDevice}`
    return patientIds.length === 1 ? place : `${place}/${row.patientId}`
  })
  // Whichever file a reading came in under: it is this patient's.
  return { items: items.map((row) => ({ ...toReadingRow(row), patientId })), next }
}

/** Hour by hour, from the rollup; hours without readings are left out. */
export async function readHourly(
  ctx: Ctx,
  { patientId, from, to }: { patientId: string; from: string; to: string },
): Promise<SpanStatistics[]> {
  const patientIds = await readableFiles(ctx, patientId, 'vitals.hourly')
  const rows = await ctx.sql<Parameters<typeof toSpanStatistics>[0]>(hourlyStatement(patientIds, { from, to }))
  return rows.map(toSpanStatistics)
}

/** Day by day, by the wall clock of the hospital the patient was last admitted to. */
export async function readDaily(
  ctx: Ctx,
  { patientId, from, days }: { patientId: string; from: string; days: number },
): Promise<{ timeZone: string; days: SpanStatistics[] }> {
  const patientIds = await readableFiles(ctx, patientId, 'vitals.daily')
  const [zone] = await ctx.sql<{ timeZone: string }>({
    name: 'patient_time_zone',
    text: `select h.time_zone "timeZone" from registration r join hospital h on h.id = r.hospital_id
            where r.patient_id = $1 and r.removed_at is null order by r.id desc limit 1`,
    values: [patientId],
  })
  const timeZone = zone?.timeZone ?? 'UTC'
  const rows = await ctx.sql<Parameters<typeof toSpanStatistics>[0]>(
    dailyStatement(patientIds, { from, days, timeZone }),
  )
  return { timeZone, days: rows.map(toSpanStatistics) }
}
