import { releaseAppointments } from '../appointments/release-appointments.ts'
import { transact } from '../database/transact.ts'
import { releaseDevices } from '../devices/devices.ts'
import type { Ctx } from '../kernel/context.ts'
import { DomainError, notFound } from '../kernel/errors.ts'
import { authorizeStaff } from '../policy/authorize.ts'

/**
 * Takes a file made in error out of the hospital: it is found by nobody any more, while what was recorded stays for the
 * law and the audit log. An admitted patient is discharged first.
 */
export async function removePatient(ctx: Ctx, { patientId }: { patientId: string }): Promise<{ removed: true }> {
  return transact(ctx, async (tx) => {
    // Within, so that whoever loses access by this very act still gets its answer again under the same idempotency key.
    const { hospitalId } = await authorizeStaff(ctx, 'patient.remove', { type: 'patient', id: patientId })
    // Locks the file against an admission in the same moment.
    const files = await tx.sql({
      text: `select 1 from registration where hospital_id = $1 and patient_id = $2 and removed_at is null for update`,
      values: [hospitalId, patientId],
    })
    if (files.length === 0) throw notFound('patient')
    const stays = await tx.sql({
      text: `select 1 from admission where hospital_id = $1 and patient_id = $2 and status = 'admitted'`,
      values: [hospitalId, patientId],
    })
    if (stays.length > 0) {
      throw new DomainError('already_admitted', 'Discharge the patient first.', { field: 'patientId' })
    }
    await tx.sql({
      text: 'update registration set removed_at = $3 where hospital_id = $1 and patient_id = $2',
      values: [hospitalId, patientId, ctx.now()],
    })
    await tx.sql({
      text: `update care_team_member set until = $3 where hospital_id = $1 and patient_id = $2 and until is null`,
      values: [hospitalId, patientId, ctx.now()],
    })
    await releaseAppointments(tx, ctx, { hospitalId, patientIds: [patientId] })
    await releaseDevices(tx.sql, { hospitalId, patientIds: [patientId], at: ctx.now() })
    tx.audit({
      hospitalId,
      action: 'patient.remove',
      resource: { type: 'patient', id: patientId },
      patientIds: [patientId],
    })
    tx.publish({ type: 'access', hospitalId })
    return { removed: true as const }
  })
}
