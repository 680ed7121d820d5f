import { transact } from '../database/transact.ts'
import { requireStepUp } from '../identity/step-up.ts'
import type { Ctx } from '../kernel/context.ts'
import { notFound } from '../kernel/errors.ts'
import { authorizeStaff } from '../policy/authorize.ts'
import { assertAdministratorLeft, lockAdministrators } from './administrators.ts'

/** Ends a membership at once: sessions act without it within 2 s, live streams close. The last administrator stays. */
export async function endMembership(ctx: Ctx, { membershipId }: { membershipId: string }): Promise<{ ended: true }> {
  const { hospitalId } = await authorizeStaff(ctx, 'staff.end', { type: 'hospital' })
  await requireStepUp(ctx)
  return transact(ctx, async (tx) => {
    await lockAdministrators(tx.sql, hospitalId)
    const [ended] = await tx.sql<{ isAdmin: boolean }>({
      text: `update membership set ended_at = $3 where id = $1 and hospital_id = $2 and ended_at is null
          returning role = 'hospital_admin' "isAdmin"`,
      values: [membershipId, hospitalId, ctx.now()],
    })
    if (!ended) throw notFound('membership')
    if (ended.isAdmin) await assertAdministratorLeft(tx.sql, hospitalId, 'membershipId')
    await tx.sql({
      text: 'update care_team_member set until = $2 where membership_id = $1 and until is null',
      values: [membershipId, ctx.now()],
    })
    tx.audit({ hospitalId, action: 'staff.end', resource: { type: 'membership', id: membershipId }, patientIds: [] })
    tx.publish({ type: 'access', hospitalId })
    return { ended: true as const }
  })
}
