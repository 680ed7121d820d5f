import { authorizeOfficer } from '../break-glass/privacy-officers.ts'
import type { Query } from '../database/sql.ts'
import type { Ctx } from '../kernel/context.ts'
import { type LiveEvent, newEvents } from './look.ts'
import { parseSnapshot } from './snapshot.ts'
import { type Beat, cursorError, tooSlow, watch, type WatchOptions } from './watch.ts'

export interface BreakGlassFrame {
  /** What nobody has seen yet, in the first frame; null in those after it. */
  unseen: { id: string; patientId: string; openedAt: string }[] | null
  /** What was opened, ended and judged since. */
  events: LiveEvent[]
}

const eventBacklog = 10_000

/** What break-glass opens at the hospital, told its privacy officers the moment it does. */
export async function* watchBreakGlass(
  ctx: Ctx,
  { cursor }: { cursor: string | null },
  options: WatchOptions,
): AsyncGenerator<Beat<BreakGlassFrame>, void> {
  const since = cursor === null ? null : parseSnapshot(cursor)
  if (cursor !== null && since === null) throw cursorError()
  const { hospitalId } = await authorizeOfficer(ctx)
  const ofBreakGlass = (events: readonly LiveEvent[]) => events.filter(({ topic }) => topic.startsWith('break-glass.'))
  yield* watch<BreakGlassFrame>(
    ctx,
    {
      hospitalId,
      patientId: null,
      action: 'break-glass.watch',
      resource: { type: 'break-glass-list', id: null },
      begin: async (sql: Query) => {
        const unseen = await sql<{ id: string; patientId: string; openedAt: string }>({
          text: `select break_glass_id id, patient_id "patientId", created_at "openedAt" from privacy_notice
                  where hospital_id = $1 and seen_at is null order by id limit 1000`,
          values: [hospitalId],
        })
        return { unseen, events: since === null ? [] : ofBreakGlass(await newEvents(sql, hospitalId, since)) }
      },
      authorise: async () => void (await authorizeOfficer(ctx)),
      frameOf: (look) => {
        const events = ofBreakGlass(look.events)
        return events.length === 0 ? undefined : { unseen: null, events }
      },
      merge: (older, newer) => {
        const events = [...older.events, ...newer.events]
        if (events.length > eventBacklog) throw tooSlow()
        return { unseen: newer.unseen ?? older.unseen, events }
      },
      patientsOf: ({ unseen, events }) => [...(unseen ?? []), ...events].flatMap(({ patientId }) => patientId ?? []),
    },
    options,
  )
}
