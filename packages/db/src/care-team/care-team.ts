import { recordRead } from '../audit/record-read.ts'
import { violatedConstraint } from '../database/sql-state.ts'
import { transact } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { asIfAbsent, DomainError, forbidden, notFound } from '../kernel/errors.ts'
import { nobody } from '../kernel/ids.ts'
import { holdFileOpen } from '../patients/hold-file-open.ts'
import { actorKey, type StaffRole } from '../policy/actor.ts'
import { authorize, authorizeStaff } from '../policy/authorize.ts'
import { CareTeamMember } from './care-team-member.entity.ts'

/** Of whom one takes care: one patient, or whoever lies in a ward. */
export type Charge = { patientId: string } | { wardId: string }

/** Puts a member of staff on a care team. Doctors bring colleagues to patients they care for; wards are the administrators'. */
export async function assignCareTeam(
  ctx: Ctx,
  { membershipId, charge }: { membershipId: string; charge: Charge },
): Promise<{ id: string }> {
  const isWard = 'wardId' in charge
  const access = await authorizeStaff(
    ctx,
    'care-team.assign',
    isWard ? { type: 'ward', id: charge.wardId } : { type: 'patient', id: charge.patientId },
  )
  if (isWard && access.reach !== 'hospital') throw forbidden()
  const { hospitalId } = access
  return transact(ctx, async (tx) => {
    if (!isWard) await holdFileOpen(tx.sql, { hospitalId, patientId: charge.patientId })
    // Locked, so that a membership ended in this moment cannot keep a place on the team.
    const [member] = await tx.sql<{ role: StaffRole }>({
      text: 'select role from membership where id = $1 and hospital_id = $2 and ended_at is null for share',
      values: [membershipId, hospitalId],
    })
    if (!member) throw notFound('membership')
    const id = ctx.newId()
    tx.em.create(CareTeamMember, {
      id,
      hospitalId,
      membershipId,
      patientId: isWard ? null : charge.patientId,
      wardId: isWard ? charge.wardId : null,
      since: ctx.now(),
      until: null,
      grantedBy: actorKey(ctx.actor),
    })
    try {
      await tx.em.flush()
    } catch (error) {
      if (violatedConstraint(error) === 'care_team_active_uq') {
        throw new DomainError('conflict', 'Already on this care team.', { field: 'membershipId' })
      }
      throw error
    }
    tx.audit({
      hospitalId,
      action: 'care-team.assign',
      resource: { type: 'care-team-member', id },
      patientIds: isWard ? [] : [charge.patientId],
      detail: { membershipId, wardId: isWard ? charge.wardId : null },
    })
    tx.publish({ type: 'access', hospitalId })
    return { id }
  })
}

/** Takes somebody off a care team; what they watch closes. */
export async function endCareTeam(ctx: Ctx, { id }: { id: string }): Promise<{ ended: true }> {
  return transact(ctx, async (tx) => {
    // Within, so that whoever takes themselves off still gets the answer again under the same idempotency key.
    const { hospitalId, member } = await authorizeEnding(ctx, id)
    const ended = await tx.sql({
      text: 'update care_team_member set until = $2 where id = $1 and until is null returning id',
      values: [id, ctx.now()],
    })
    if (ended.length === 0) throw notFound('care team member')
    tx.audit({
      hospitalId,
      action: 'care-team.end',
      resource: { type: 'care-team-member', id },
      patientIds: member.patientId === null ? [] : [member.patientId],
      detail: { wardId: member.wardId },
    })
    tx.publish({ type: 'access', hospitalId })
    return { ended: true as const }
  })
}

interface Place {
  patientId: string | null
  wardId: string | null
}

async function authorizeEnding(ctx: Ctx, id: string): Promise<{ hospitalId: string; member: Place }> {
  const { hospitalId, reach } = await authorizeStaff(ctx, 'care-team.assign', { type: 'hospital' })
  const [member] = await ctx.sql<Place>({
    text: `select patient_id "patientId", ward_id "wardId" from care_team_member
            where id = $1 and hospital_id = $2 and until is null`,
    values: [id, hospitalId],
  })
  const isOfWard = member?.patientId === null && reach === 'hospital'
  if (!isOfWard) {
    // Asked for nobody's too: what is not there takes as long as what is somebody else's.
    const patient = { type: 'patient', id: member?.patientId ?? nobody } as const
    await authorizeStaff(ctx, 'care-team.assign', patient).catch(asIfAbsent('care team member'))
  }
  if (!member) throw notFound('care team member')
  return { hospitalId, member }
}

export interface CareTeamRow {
  id: string
  membershipId: string
  name: string
  role: StaffRole
  hospitalId: string
  /** Whether through the patient alone or through the ward. */
  through: 'patient' | 'ward'
  since: string
  /** Who put them on the team. */
  grantedBy: string | null
}

/** Who cares for a patient now, and since when: with the hospital one acts in; for the patient, wherever. */
export async function listCareTeam(ctx: Ctx, { patientId }: { patientId: string }): Promise<CareTeamRow[]> {
  const { hospitalId } = await authorize(ctx, 'care-team.read', { type: 'patient', id: patientId })
  // As the system for the patient: a ward's team and the names of its members are beyond a patient's scope.
  const sql = hospitalId === null ? ctx.db.sql : ctx.sql
  const rows = await sql<CareTeamRow>({
    text: `select c.id, c.membership_id "membershipId", u.name, m.role, c.hospital_id "hospitalId",
                  case when c.patient_id is null then 'ward' else 'patient' end through, c.since, g.name "grantedBy"
             from care_team_member c join membership m on m.id = c.membership_id join app_user u on u.id = m.user_id
             left join app_user g on c.granted_by = 'user:' || g.id
            where ($1::uuid is null or c.hospital_id = $1) and c.until is null
              and (c.patient_id = $2
                or c.ward_id = (select a.ward_id from admission a
                                 where a.patient_id = $2 and a.hospital_id = c.hospital_id and a.status = 'admitted'))
            order by u.name, c.id`,
    values: [hospitalId, patientId],
  })
  await recordRead(ctx, {
    hospitalId,
    action: 'care-team.read',
    resource: { type: 'patient', id: patientId },
    patientIds: [patientId],
  })
  return rows
}
