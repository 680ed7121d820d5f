import type { Query } from '../database/sql.ts'
import type { EventTopic } from '../events/append-event.ts'
import type { Scope, Scoped } from '../row-security/scope.ts'
import { type Tile, tileColumns, tileJoins, type TileRow, toTile } from '../vitals/tile.ts'
import { readingColumns, type ReadingRow, type StoredRow, toReadingRow } from '../vitals/vitals.queries.ts'
import { parseSnapshot, type Snapshot } from './snapshot.ts'

/** A change with the transaction that made it, so that each reader knows whether it has had it. */
export type Seen<T> = T & { xid: number }

export type LiveTile = Seen<{ tile: Tile; isActive: boolean }>

export interface LiveEvent {
  id: string
  xid: number
  topic: EventTopic
  patientId: string | null
  wardId: string | null
  at: string
  payload: Record<string, unknown>
}

/** What one look at the database found, all of it as of one snapshot. */
export interface Look extends NewReadings {
  snapshot: Snapshot
  tiles: LiveTile[]
  events: LiveEvent[]
}

/** Runs several reads of a scope on one snapshot, and says which. */
export async function onOneSnapshot<T>(
  { scoped, scope }: { scoped: Scoped; scope: Scope },
  work: (sql: Query) => Promise<T>,
): Promise<{ snapshot: Snapshot; found: T }> {
  const look = async (sql: Query) =>
    Promise.all([
      sql<{ text: string }>({ name: 'live_snapshot', text: 'select pg_current_snapshot()::text as text' }),
      work(sql),
    ])
  const [[row], found] = await scoped.transaction(scope, look, 'isolation level repeatable read read only')
  const snapshot = parseSnapshot(row?.text ?? '')
  if (!snapshot) throw new Error('The database gave no snapshot.')
  return { snapshot, found }
}

const unseen = (alias: string, cursor: string) =>
  `${alias}.xid >= pg_snapshot_xmin(${cursor}::pg_snapshot) and not pg_visible_in_snapshot(${alias}.xid, ${cursor}::pg_snapshot)`

export async function changedTiles(sql: Query, hospitalId: string, since: Snapshot): Promise<LiveTile[]> {
  const rows = await sql<TileRow & { xid: string }>({
    name: 'live_tiles',
    text: `select m.xid::text xid, ${tileColumns} from patient_monitor m ${tileJoins}
            where m.hospital_id = $1 and ${unseen('m', '$2')}`,
    values: [hospitalId, since.text],
  })
  return rows.map(({ xid, ...row }) => ({ xid: Number(xid), tile: toTile(row), isActive: row.active }))
}

export interface NewReadings {
  /** The newest, in the order of their source times. */
  readings: Seen<{ reading: ReadingRow }>[]
  /** Older ones that the limit kept out, by patient: the history has them. */
  leftOut: ReadonlyMap<string, number>
}

interface ReadingsAsked {
  hospitalId: string
  patientIds: readonly string[]
  since: Snapshot
}

const unseenReadings = `from reading_batch b
   join vital_reading r on r.patient_id = any($1) and r.at between b.at_from and b.at_to and r.xid = b.xid
  where b.hospital_id = $3 and ${unseen('b', '$2')}`

/** What a cursor has not seen of the patients' readings; of more than `limit` the newest, and how many those leave out. */
export async function newReadings(
  sql: Query,
  { limit, ...asked }: ReadingsAsked & { limit: number },
): Promise<NewReadings> {
  const { hospitalId, patientIds, since } = asked
  if (patientIds.length === 0) return { readings: [], leftOut: new Map() }
  const rows = await sql<StoredRow & { xid: string }>({
    name: 'live_readings',
    text: `select * from (
             select r.xid::text xid, ${readingColumns} ${unseenReadings} order by r.at desc limit $4) newest
            order by at`,
    values: [patientIds, since.text, hospitalId, limit],
  })
  const readings = rows.map(({ xid, ...row }) => ({ xid: Number(xid), reading: toReadingRow(row) }))
  // Counted only when the list is full: an ordinary look asks no further question.
  const leftOut = readings.length === limit ? await countLeftOut(sql, asked, readings) : new Map<string, number>()
  return { readings, leftOut }
}

async function countLeftOut(
  sql: Query,
  { hospitalId, patientIds, since }: ReadingsAsked,
  readings: NewReadings['readings'],
): Promise<ReadonlyMap<string, number>> {
  const rows = await sql<{ patientId: string; count: number }>({
    name: 'live_readings_count',
    text: `select r.patient_id "patientId", count(*)::int count ${unseenReadings} group by r.patient_id`,
    values: [patientIds, since.text, hospitalId],
  })
  const leftOut = new Map(rows.map(({ patientId, count }) => [patientId, count]))
  for (const { reading } of readings) leftOut.set(reading.patientId, (leftOut.get(reading.patientId) ?? 0) - 1)
  return leftOut
}

/** In an order in which every cause precedes its effect: by time, then by id. */
export async function newEvents(sql: Query, hospitalId: string, since: Snapshot): Promise<LiveEvent[]> {
  const rows = await sql<Omit<LiveEvent, 'xid'> & { xid: string }>({
    name: 'live_events',
    text: `select e.id, e.xid::text xid, e.topic, e.patient_id "patientId", e.ward_id "wardId", e.at, e.payload
             from event e where e.hospital_id = $1 and ${unseen('e', '$2')} order by e.at, e.id`,
    values: [hospitalId, since.text],
  })
  return rows.map(({ xid, ...event }) => ({ ...event, xid: Number(xid) }))
}
