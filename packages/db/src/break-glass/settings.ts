import { transact } from '../database/transact.ts'
import type { Query } from '../database/sql.ts'
import type { Ctx } from '../kernel/context.ts'
import { actorKey } from '../policy/actor.ts'
import { authorizeStaff } from '../policy/authorize.ts'

const usualMinutes = 60

/** How long break-glass lasts at a hospital. */
export async function breakGlassMinutes(sql: Query, hospitalId: string): Promise<number> {
  const [own] = await sql<{ minutes: number }>({
    text: 'select break_glass_minutes minutes from privacy_setting where hospital_id = $1',
    values: [hospitalId],
  })
  return own?.minutes ?? usualMinutes
}

/** Sets how long break-glass lasts from the next one on: 5 minutes to 8 hours. */
export async function setBreakGlassMinutes(ctx: Ctx, { minutes }: { minutes: number }): Promise<{ minutes: number }> {
  const { hospitalId } = await authorizeStaff(ctx, 'privacy.appoint', { type: 'hospital' })
  return transact(ctx, async (tx) => {
    await tx.sql({
      text: `insert into privacy_setting (hospital_id, break_glass_minutes, set_by, set_at) values ($1, $2, $3, $4)
             on conflict (hospital_id) do update set break_glass_minutes = $2, set_by = $3, set_at = $4`,
      values: [hospitalId, minutes, actorKey(ctx.actor), ctx.now()],
    })
    tx.audit({
      hospitalId,
      action: 'break-glass.set-minutes',
      resource: { type: 'hospital', id: hospitalId },
      patientIds: [],
      detail: { minutes },
    })
    return { minutes }
  })
}
