import { transact } from '../database/transact.ts'
import { appendEvents } from '../events/append-event.ts'
import type { Ctx } from '../kernel/context.ts'
import { notFound } from '../kernel/errors.ts'
import { actorKey } from '../policy/actor.ts'
import { authorizeStaff } from '../policy/authorize.ts'
import type { breakGlassEnds } from './break-glass.entity.ts'
import { authorizeOfficer } from './privacy-officers.ts'

/** Ends one's own before its time. */
export async function closeBreakGlass(ctx: Ctx, { id }: { id: string }): Promise<{ ended: true }> {
  const { hospitalId, membershipId } = await authorizeStaff(ctx, 'break-glass.open', { type: 'hospital' })
  return end(ctx, { id, hospitalId, membershipId, how: 'closed' })
}

/** A privacy officer takes somebody's away: what they watch closes within two seconds. */
export async function revokeBreakGlass(ctx: Ctx, { id }: { id: string }): Promise<{ ended: true }> {
  const { hospitalId } = await authorizeOfficer(ctx)
  return end(ctx, { id, hospitalId, membershipId: null, how: 'revoked' })
}

interface Ending {
  id: string
  hospitalId: string
  /** Whose it must be; null for anybody's. */
  membershipId: string | null
  how: Exclude<(typeof breakGlassEnds)[number], 'expired'>
}

function end(ctx: Ctx, { id, hospitalId, membershipId, how }: Ending): Promise<{ ended: true }> {
  return transact(ctx, async (tx) => {
    const [ended] = await tx.sql<{ patientId: string }>({
      text: `update break_glass_grant set ended_at = $3, "end" = $4, ended_by = $5
              where id = $1 and hospital_id = $2 and ($6::uuid is null or membership_id = $6)
                and ended_at is null and expires_at > $3
          returning patient_id "patientId"`,
      values: [id, hospitalId, ctx.now(), how, actorKey(ctx.actor), membershipId],
    })
    if (!ended) throw notFound('break-glass')
    const { patientId } = ended
    const payload = { breakGlassId: id, end: how }
    await appendEvents(tx.sql, ctx, [{ hospitalId, patientId, wardId: null, topic: 'break-glass.ended', payload }])
    tx.audit({
      hospitalId,
      action: how === 'closed' ? 'break-glass.close' : 'break-glass.revoke',
      resource: { type: 'break-glass', id },
      patientIds: [patientId],
    })
    tx.publish({ type: 'access', hospitalId })
    tx.publish({ type: 'bedside', hospitalId })
    return { ended: true as const }
  })
}
