import { transact } from '../database/transact.ts'
import { requireStepUp } from '../identity/step-up.ts'
import type { Ctx } from '../kernel/context.ts'
import { DomainError, notFound } from '../kernel/errors.ts'
import { authorizeStaff } from '../policy/authorize.ts'
import type { StaffRole } from '../policy/actor.ts'

export interface StaffRow {
  membershipId: string
  name: string
  role: StaffRole
  since: string
}

/** Who works at the hospital one acts in, by name; programs included. */
export async function listStaff(ctx: Ctx): Promise<StaffRow[]> {
  const { hospitalId } = await authorizeStaff(ctx, 'staff.list', { type: 'hospital' })
  return ctx.sql<StaffRow>({
    text: `select m.id "membershipId", u.name, m.role, m.created_at since
             from membership m join app_user u on u.id = m.user_id
            where m.hospital_id = $1 and m.ended_at is null order by u.name, m.id`,
    values: [hospitalId],
  })
}

/**
 * Ends a membership at once: sessions act without it within 2 s, live streams close. The last administrator of a hospital
 * cannot be ended; administrators are locked in one order, so that two of them cannot end each other in the same moment.
 */
export async function endMembership(ctx: Ctx, { membershipId }: { membershipId: string }): Promise<{ ended: true }> {
  const { hospitalId } = await authorizeStaff(ctx, 'staff.end', { type: 'hospital' })
  await requireStepUp(ctx)
  return transact(ctx, async (tx) => {
    const admins = await tx.sql<{ id: string }>({
      text: `select id from membership where hospital_id = $1 and role = 'hospital_admin' and ended_at is null
              order by id for update`,
      values: [hospitalId],
    })
    if (admins.length === 1 && admins[0]?.id === membershipId) {
      throw new DomainError('conflict', 'A hospital keeps at least one administrator.', { field: 'membershipId' })
    }
    const ended = await tx.sql<{ userId: string }>({
      text: `update membership set ended_at = $3 where id = $1 and hospital_id = $2 and ended_at is null
          returning user_id "userId"`,
      values: [membershipId, hospitalId, ctx.now()],
    })
    if (ended.length === 0) throw notFound('membership')
    await tx.sql({
      text: 'update care_team_member set until = $2 where membership_id = $1 and until is null',
      values: [membershipId, ctx.now()],
    })
    tx.audit({ hospitalId, action: 'staff.end', resource: { type: 'membership', id: membershipId }, patientIds: [] })
    tx.publish({ type: 'access', hospitalId })
    return { ended: true as const }
  })
}
