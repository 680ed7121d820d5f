import { sightOf } from '../consent/sight.ts'
import type { Query } from '../database/sql.ts'
import type { Ctx } from '../kernel/context.ts'
import { authorizeStaff } from '../policy/authorize.ts'
import { type Tile, tileColumns, tileJoins, type TileRow, toTile } from '../vitals/tile.ts'
import { type LiveEvent, newEvents } from './look.ts'
import { parseSnapshot, type Snapshot } from './snapshot.ts'
import { type Beat, cursorError, tooSlow, watch, type WatchOptions } from './watch.ts'

/** A board, or what changed on it. */
export interface WardFrame {
  /** `board` replaces everything shown before; `change` holds only the tiles that changed. */
  kind: 'board' | 'change'
  tiles: Tile[]
  /** Patients who left the ward. */
  gone: string[]
  /** What happened to alarms of the ward since the frame before, in order. Never merged away. */
  alarms: LiveEvent[]
}

/** More alarm events than this waiting for one consumer end the stream: it resumes from its cursor and loses none. */
const alarmBacklog = 10_000

/** The live board of a ward one cares for. Resumes behind a cursor with the board as it is and every alarm event missed. */
export async function* watchWard(
  ctx: Ctx,
  { wardId, cursor }: { wardId: string; cursor: string | null },
  options: WatchOptions,
): AsyncGenerator<Beat<WardFrame>, void> {
  const since = cursor === null ? null : parseSnapshot(cursor)
  if (cursor !== null && since === null) throw cursorError()
  const authorise = () => authorizeStaff(ctx, 'vitals.read', { type: 'ward', id: wardId })
  const { hospitalId, viewer } = await authorise()
  let sight = await sightOf(ctx.sql, viewer)
  let isStale = false
  const shown = new Set<string>()
  function ofWard(events: readonly LiveEvent[]): LiveEvent[] {
    return events.filter(
      ({ wardId: ward, topic, patientId }) =>
        ward === wardId && topic.startsWith('alarm.') && patientId !== null && sight.shows(patientId),
    )
  }

  const look = async (sql: Query, from: Snapshot | null) => {
    const rows = await sql<TileRow>({
      name: 'live_ward',
      text: `select ${tileColumns} from patient_monitor m ${tileJoins}
              where m.hospital_id = $1 and m.ward_id = $2 and m.active order by a.bed, r.mrn`,
      values: [hospitalId, wardId],
    })
    const seen = rows.filter(({ patientId }) => sight.shows(patientId))
    shown.clear()
    for (const { patientId } of seen) shown.add(patientId)
    const alarms = from === null ? [] : ofWard(await newEvents(sql, hospitalId, from))
    return { kind: 'board' as const, tiles: seen.map(toTile), gone: [], alarms }
  }

  yield* watch<WardFrame>(
    ctx,
    {
      hospitalId,
      patientId: null,
      action: 'vitals.watch-ward',
      resource: { type: 'ward', id: wardId },
      begin: (sql) => look(sql, since),
      renew: look,
      isStale: () => isStale,
      authorise: async () => {
        const next = await sightOf(ctx.sql, (await authorise()).viewer)
        isStale = next.key !== sight.key
        sight = next
      },
      frameOf: (look) => {
        const tiles: Tile[] = []
        const gone: string[] = []
        for (const { tile, isActive } of look.tiles) {
          if (isActive && tile.wardId === wardId && sight.shows(tile.patientId)) {
            shown.add(tile.patientId)
            tiles.push(tile)
          } else if (shown.delete(tile.patientId)) gone.push(tile.patientId)
        }
        const alarms = ofWard(look.events)
        if (tiles.length + gone.length + alarms.length === 0) return undefined
        return { kind: 'change', tiles, gone, alarms }
      },
      merge: (older, newer) => {
        const isAnew = newer.kind === 'board'
        const alarms = [...(isAnew ? ofWard(older.alarms) : older.alarms), ...newer.alarms]
        if (alarms.length > alarmBacklog) throw tooSlow()
        if (isAnew) return { ...newer, alarms }
        const tiles = new Map([...older.tiles, ...newer.tiles].map((tile) => [tile.patientId, tile]))
        for (const patientId of newer.gone) tiles.delete(patientId)
        const gone = new Set([...older.gone, ...newer.gone])
        for (const { patientId } of newer.tiles) gone.delete(patientId)
        return { kind: older.kind, tiles: [...tiles.values()], gone: [...gone], alarms }
      },
      patientsOf: ({ tiles, alarms }) => [...tiles, ...alarms].flatMap(({ patientId }) => patientId ?? []),
    },
    options,
  )
}
