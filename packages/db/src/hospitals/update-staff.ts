import type { Query } from '../database/sql.ts'
import { transactAsSystem } from '../database/transact.ts'
import { openDoctorProfile } from '../doctors/open-doctor-profile.ts'
import { endSessionsOfGain } from '../identity/renew-session.ts'
import { limitSentLinks, mailResetLink } from '../identity/reset-link.ts'
import { requireStepUp } from '../identity/step-up.ts'
import type { Ctx } from '../kernel/context.ts'
import { notFound } from '../kernel/errors.ts'
import type { StaffRole } from '../policy/actor.ts'
import { authorizeStaff } from '../policy/authorize.ts'
import { mayMore } from '../policy/permissions.ts'
import { assertAdministratorLeft, lockAdministrators } from './administrators.ts'

export interface UpdateStaffInput {
  membershipId: string
  role?: Exclude<StaffRole, 'gateway'> | undefined
  departmentId?: string | null | undefined
}

interface Member {
  userId: string
  role: StaffRole
  departmentId: string | null
}

/**
 * Changes a colleague's role or department, effective at once; who may do more than before signs in anew. The last
 * administrator stays one. A gateway is a program and has no other role.
 */
export async function updateStaff(
  ctx: Ctx,
  { membershipId, role, departmentId }: UpdateStaffInput,
): Promise<{ membershipId: string; role: StaffRole; departmentId: string | null }> {
  // Another login's sessions: each statement names the hospital, the membership or the login it means.
  return transactAsSystem(ctx, async (tx) => {
    // Within, so that an administrator who steps down still gets the answer again under the same idempotency key.
    const { hospitalId } = await authorizeStaff(ctx, 'staff.update', { type: 'hospital' })
    if (role !== undefined) await requireStepUp(ctx)
    await lockAdministrators(tx.sql, hospitalId)
    const [before] = await tx.sql<Member>({
      text: `select user_id "userId", role, department_id "departmentId" from membership
              where id = $1 and hospital_id = $2 and ended_at is null and role <> 'gateway' for update`,
      values: [membershipId, hospitalId],
    })
    if (!before) throw notFound('membership')
    if (departmentId) await holdDepartmentOpen(tx.sql, { hospitalId, departmentId })
    const after = {
      role: role ?? before.role,
      departmentId: departmentId === undefined ? before.departmentId : departmentId,
    }
    await tx.sql({
      text: 'update membership set role = $2, department_id = $3 where id = $1',
      values: [membershipId, after.role, after.departmentId],
    })
    if (mayMore(after.role, before.role)) await endSessionsOfGain(tx, before.userId)
    if (before.role === 'hospital_admin') await assertAdministratorLeft(tx.sql, hospitalId, 'role')
    if (after.role === 'doctor') {
      await openDoctorProfile(tx.sql, ctx, { membershipId, hospitalId, userId: before.userId })
    }
    tx.audit({
      hospitalId,
      action: 'staff.update',
      resource: { type: 'membership', id: membershipId },
      patientIds: [],
      changed: [
        ...(after.role === before.role ? [] : ['role']),
        ...(after.departmentId === before.departmentId ? [] : ['departmentId']),
      ],
      detail: { from: before.role, to: after.role },
    })
    tx.publish({ type: 'access', hospitalId })
    return { membershipId, ...after }
  })
}

/** @throws DomainError `not_found` for one that is closed, or another hospital's */
async function holdDepartmentOpen(
  sql: Query,
  { hospitalId, departmentId }: { hospitalId: string; departmentId: string },
): Promise<void> {
  const open = await sql({
    text: 'select 1 from department where id = $1 and hospital_id = $2 and closed_at is null for share',
    values: [departmentId, hospitalId],
  })
  if (open.length === 0) throw notFound('department')
}

/**
 * Sends a colleague a link to set a new password, to their own address. An administrator never sees it: the same login may
 * act for other hospitals and for patients.
 *
 * @throws DomainError `not_found`, `too_many`
 */
export async function sendStaffReset(ctx: Ctx, { membershipId }: { membershipId: string }): Promise<{ sent: true }> {
  const { hospitalId } = await authorizeStaff(ctx, 'staff.update', { type: 'hospital' })
  await limitSentLinks(ctx, membershipId)
  return transactAsSystem(ctx, async (tx) => {
    const [user] = await tx.sql<{ id: string; emailCipher: Buffer }>({
      text: `select u.id, u.email_cipher "emailCipher" from membership m join app_user u on u.id = m.user_id
              where m.id = $1 and m.hospital_id = $2 and m.ended_at is null and u.disabled_at is null and u.kind = 'person'
                for share of u`,
      values: [membershipId, hospitalId],
    })
    if (!user) throw notFound('membership')
    await mailResetLink(tx, ctx, { userId: user.id, emailCipher: user.emailCipher })
    tx.audit({
      hospitalId,
      action: 'staff.reset-password',
      resource: { type: 'membership', id: membershipId },
      patientIds: [],
    })
    return { sent: true as const }
  })
}
