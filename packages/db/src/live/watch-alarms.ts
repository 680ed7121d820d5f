import { type AlarmRow, alarmColumns } from '../alarms/alarm-row.ts'
import { sightOf } from '../consent/sight.ts'
import type { Query } from '../database/sql.ts'
import type { Ctx } from '../kernel/context.ts'
import { authorizeStaff } from '../policy/authorize.ts'
import { type LiveEvent, newEvents } from './look.ts'
import { parseSnapshot, type Snapshot } from './snapshot.ts'
import { type Beat, cursorError, tooSlow, watch, type WatchOptions } from './watch.ts'

export interface AlarmsFrame {
  /** The alarms that are open, all of them: in the first frame, and when somebody came into one's care or left it. */
  open: AlarmRow[] | null
  /** What happened to alarms, in order; none is ever left out. */
  events: LiveEvent[]
}

const eventBacklog = 10_000

/** The alarms of everybody one cares for, the moment they change. Resumes behind a cursor without loss or repetition. */
export async function* watchAlarms(
  ctx: Ctx,
  { cursor }: { cursor: string | null },
  options: WatchOptions,
): AsyncGenerator<Beat<AlarmsFrame>, void> {
  const since = cursor === null ? null : parseSnapshot(cursor)
  if (cursor !== null && since === null) throw cursorError()
  const authorise = () => authorizeStaff(ctx, 'alarm.read', { type: 'hospital' })
  const { hospitalId, membershipId, viewer } = await authorise()
  let charge = await chargeOf(ctx, membershipId)
  let sight = await sightOf(ctx.sql, viewer)
  let hasSightChanged = false

  function mine(events: readonly LiveEvent[]): LiveEvent[] {
    return events.filter(
      ({ topic, wardId, patientId }) =>
        topic.startsWith('alarm.') &&
        (patientId === null || sight.shows(patientId)) &&
        ((wardId !== null && charge.wards.has(wardId)) || (patientId !== null && charge.patients.has(patientId))),
    )
  }

  const look = async (sql: Query, from: Snapshot | null) => {
    const rows = await sql<AlarmRow>({
      name: 'live_open_alarms',
      text: `select ${alarmColumns} from alarm
              where hospital_id = $1 and status <> 'resolved' and (ward_id = any($2) or patient_id = any($3))
              order by created_at, id`,
      values: [hospitalId, [...charge.wards], [...charge.patients]],
    })
    const open = rows.filter(({ patientId }) => sight.shows(patientId))
    return { open, events: from === null ? [] : mine(await newEvents(sql, hospitalId, from)) }
  }

  yield* watch<AlarmsFrame>(
    ctx,
    {
      hospitalId,
      patientId: null,
      action: 'alarm.watch',
      resource: { type: 'alarm-list', id: null },
      begin: (sql) => look(sql, since),
      renew: look,
      isStale: (hasAccessChanged) => hasAccessChanged || hasSightChanged,
      authorise: async () => {
        const next = await sightOf(ctx.sql, (await authorise()).viewer)
        charge = await chargeOf(ctx, membershipId)
        hasSightChanged = next.key !== sight.key
        sight = next
      },
      frameOf: (news) => {
        const events = mine(news.events)
        return events.length === 0 ? undefined : { open: null, events }
      },
      merge: (older, newer) => {
        const events = [...(newer.open === null ? older.events : mine(older.events)), ...newer.events]
        if (events.length > eventBacklog) throw tooSlow()
        return { open: newer.open ?? older.open, events }
      },
      patientsOf: ({ open, events }) => [...(open ?? []), ...events].flatMap(({ patientId }) => patientId ?? []),
    },
    options,
  )
}

/** The wards and patients a membership cares for now. */
async function chargeOf(ctx: Ctx, membershipId: string): Promise<{ wards: Set<string>; patients: Set<string> }> {
  const rows = await ctx.sql<{ wardId: string | null; patientId: string | null }>({
    name: 'live_charge',
    text: `select ward_id "wardId", patient_id "patientId" from care_team_member
            where membership_id = $1 and until is null`,
    values: [membershipId],
  })
  return {
    wards: new Set(rows.flatMap(({ wardId }) => wardId ?? [])),
    patients: new Set(rows.flatMap(({ patientId }) => patientId ?? [])),
  }
}
