import { releaseAppointments } from '../appointments/release-appointments.ts'
import type { Query } from '../database/sql.ts'
import { transactAsSystem } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { DomainError, notFound } from '../kernel/errors.ts'
import { authorizePlatform } from '../policy/authorize-platform.ts'

/**
 * Closes a hospital: its staff and gateways lose their places, open invitations end; its records stay for the law. Refused
 * while anybody is admitted. An admission under way in this moment holds the hospital's row and is waited for.
 */
export async function closeHospital(ctx: Ctx, { hospitalId }: { hospitalId: string }): Promise<{ closed: true }> {
  authorizePlatform(ctx, 'platform.hospital.close')
  const at = ctx.now()
  return transactAsSystem(ctx, async (tx) => {
    const [open] = await tx.sql({
      text: 'select 1 from hospital where id = $1 and closed_at is null for update',
      values: [hospitalId],
    })
    if (!open) throw notFound('hospital')
    const stays = await tx.sql({
      text: `select 1 from admission where hospital_id = $1 and status = 'admitted' limit 1`,
      values: [hospitalId],
    })
    if (stays.length > 0) {
      throw new DomainError('conflict', 'Patients are admitted: discharge them first.', { field: 'hospitalId' })
    }
    await tx.sql({
      text: 'update hospital set closed_at = $2, version = version + 1 where id = $1',
      values: [hospitalId, at],
    })
    await tx.sql({
      text: 'update invitation set revoked_at = $2 where hospital_id = $1 and accepted_at is null and revoked_at is null',
      values: [hospitalId, at],
    })
    const ended = await tx.sql({
      text: 'update membership set ended_at = $2 where hospital_id = $1 and ended_at is null returning id',
      values: [hospitalId, at],
    })
    await tx.sql({
      text: 'update care_team_member set until = $2 where hospital_id = $1 and until is null',
      values: [hospitalId, at],
    })
    await releaseAppointments(tx, ctx, { hospitalId, patientIds: null })
    tx.audit({
      hospitalId,
      action: 'platform.hospital.close',
      resource: { type: 'hospital', id: hospitalId },
      patientIds: [],
      detail: { memberships: ended.length },
    })
    tx.publish({ type: 'access', hospitalId })
    return { closed: true as const }
  })
}

/**
 * Holds a hospital open until the caller's transaction ends, and nobody up but who wants to close it.
 *
 * @throws DomainError `not_found`
 */
export async function holdHospitalOpen(sql: Query, hospitalId: string): Promise<void> {
  const open = await sql({
    name: 'hospital_hold_open',
    text: 'select 1 from hospital where id = $1 and closed_at is null for key share',
    values: [hospitalId],
  })
  if (open.length === 0) throw notFound('hospital')
}
