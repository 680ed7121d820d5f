import { transact } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { notFound } from '../kernel/errors.ts'
import { authorizeStaff } from '../policy/authorize.ts'

/** Whoever says nothing for so long is not there any more. */
export const presenceMinutes = 5

/** SQL: whether doctor `d` is online at the instant `at`. Asked at each reading, so it runs out by itself. */
export const isOnlineAt = (at: string) =>
  `(d.is_online and d.last_seen_at > ${at}::timestamptz - interval '${presenceMinutes} minutes')`

export interface Presence {
  online: boolean
  lastSeenAt: string | null
}

/** Says that one is here, or not; online lasts five minutes unless said again. */
export async function setPresence(ctx: Ctx, { online }: { online: boolean }): Promise<Presence> {
  const { hospitalId, membershipId } = await authorizeStaff(ctx, 'doctor.update-own', { type: 'hospital' })
  return transact(ctx, async (tx) => {
    const [seen] = await tx.sql<Presence>({
      text: `update doctor_profile set is_online = $3, last_seen_at = $4 where membership_id = $1 and hospital_id = $2
          returning is_online online, last_seen_at "lastSeenAt"`,
      values: [membershipId, hospitalId, online, ctx.now()],
    })
    if (!seen) throw notFound('doctor')
    return seen
  })
}

/** One's own presence, as others see it now. */
export async function getPresence(ctx: Ctx): Promise<Presence> {
  const { membershipId } = await authorizeStaff(ctx, 'doctor.update-own', { type: 'hospital' })
  const [seen] = await ctx.sql<Presence>({
    text: `select coalesce(${isOnlineAt('$2')}, false) online, d.last_seen_at "lastSeenAt"
             from doctor_profile d where d.membership_id = $1`,
    values: [membershipId, ctx.now()],
  })
  if (!seen) throw notFound('doctor')
  return seen
}
