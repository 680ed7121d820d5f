import { violatedConstraint } from '../database/sql-state.ts'
import { transact } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { DomainError, forbidden, notFound } from '../kernel/errors.ts'
import { actorKey, type StaffRole, staffRoles } from '../policy/actor.ts'
import { authorizeStaff } from '../policy/authorize.ts'
import { staffPermissions } from '../policy/permissions.ts'
import { PrivacyOfficer } from './break-glass.entity.ts'

const watchingRoles = staffRoles.filter((role) => staffPermissions[role]['privacy.review'] !== undefined)

/**
 * Appointments `o` of people who can watch: whose place has ended or is another now, or whose login is shut, would leave
 * everybody unwatched.
 */
const watching = `from privacy_officer o join membership m on m.id = o.membership_id join app_user u on u.id = m.user_id
  where o.hospital_id = $1 and o.until is null and m.ended_at is null and u.disabled_at is null
    and m.role in (${watchingRoles.map((role) => `'${role}'`).join()})`

/**
 * Only whoever the hospital appointed as privacy officer passes; where nobody is who can watch, its administrators do.
 *
 * @throws DomainError `forbidden`
 */
export async function authorizeOfficer(ctx: Ctx): Promise<{ hospitalId: string; membershipId: string }> {
  const { hospitalId, membershipId, viewer } = await authorizeStaff(ctx, 'privacy.review', { type: 'hospital' })
  const officers = await ctx.sql<{ membershipId: string }>({
    name: 'privacy_officers',
    text: `select o.membership_id "membershipId" ${watching}`,
    values: [hospitalId],
  })
  const isOfficer =
    officers.length === 0
      ? viewer.role === 'hospital_admin'
      : officers.some((officer) => officer.membershipId === membershipId)
  if (!isOfficer) throw forbidden()
  return { hospitalId, membershipId }
}

export async function appointPrivacyOfficer(
  ctx: Ctx,
  { membershipId }: { membershipId: string },
): Promise<{ id: string }> {
  const { hospitalId } = await authorizeStaff(ctx, 'privacy.appoint', { type: 'hospital' })
  return transact(ctx, async (tx) => {
    // Locked, so that a membership ended in this moment is not appointed. A viewer changes nothing, a gateway is nobody.
    const members = await tx.sql({
      text: `select 1 from membership where id = $1 and hospital_id = $2 and ended_at is null
                and role not in ('gateway', 'viewer') for share`,
      values: [membershipId, hospitalId],
    })
    if (members.length === 0) throw notFound('membership')
    const id = ctx.newId()
    const appointedBy = actorKey(ctx.actor)
    tx.em.create(PrivacyOfficer, { id, hospitalId, membershipId, appointedBy, since: ctx.now(), until: null })
    try {
      await tx.em.flush()
    } catch (error) {
      if (violatedConstraint(error) === 'privacy_officer_active_uq') {
        throw new DomainError('conflict', 'Already a privacy officer.', { field: 'membershipId' })
      }
      throw error
    }
    tx.audit({
      hospitalId,
      action: 'privacy-officer.appoint',
      resource: { type: 'membership', id: membershipId },
      patientIds: [],
    })
    tx.publish({ type: 'access', hospitalId })
    return { id }
  })
}

export async function endPrivacyOfficer(ctx: Ctx, { id }: { id: string }): Promise<{ ended: true }> {
  const { hospitalId } = await authorizeStaff(ctx, 'privacy.appoint', { type: 'hospital' })
  return transact(ctx, async (tx) => {
    const [ended] = await tx.sql<{ membershipId: string }>({
      text: `update privacy_officer set until = $3 where id = $1 and hospital_id = $2 and until is null
          returning membership_id "membershipId"`,
      values: [id, hospitalId, ctx.now()],
    })
    if (!ended) throw notFound('privacy officer')
    tx.audit({
      hospitalId,
      action: 'privacy-officer.end',
      resource: { type: 'membership', id: ended.membershipId },
      patientIds: [],
    })
    tx.publish({ type: 'access', hospitalId })
    return { ended: true as const }
  })
}

export interface PrivacyOfficerRow {
  id: string
  membershipId: string
  name: string
  role: StaffRole
  since: string
}

/** The appointed officers, as far as they can watch; none means that the administrators watch over privacy. */
export async function listPrivacyOfficers(ctx: Ctx): Promise<PrivacyOfficerRow[]> {
  const { hospitalId } = await authorizeStaff(ctx, 'hospital.read', { type: 'hospital' })
  return ctx.sql<PrivacyOfficerRow>({
    text: `select o.id, o.membership_id "membershipId", u.name, m.role, o.since ${watching} order by u.name, o.id`,
    values: [hospitalId],
  })
}
