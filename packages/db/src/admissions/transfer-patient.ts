import { transact } from '../database/transact.ts'
import { appendEvents } from '../events/append-event.ts'
import type { Ctx } from '../kernel/context.ts'
import { DomainError, notFound } from '../kernel/errors.ts'
import { actorKey } from '../policy/actor.ts'
import { authorizeStaff } from '../policy/authorize.ts'
import { isWardOf } from '../policy/relationships.ts'
import { AdmissionMove } from './admission.entity.ts'
import { admissionError } from './admit-patient.ts'

/** Moves an admitted patient to another ward or bed. Monitoring and open alarms go along; the teams' access changes at once. */
export async function transferPatient(
  ctx: Ctx,
  { patientId, wardId, bed = null }: { patientId: string; wardId: string; bed?: string | null | undefined },
): Promise<{ admissionId: string }> {
  return transact(ctx, async (tx) => {
    // Within, so that whoever loses access by this very act still gets its answer again under the same idempotency key.
    const { hospitalId } = await authorizeStaff(ctx, 'admission.transfer', { type: 'patient', id: patientId })
    if (!(await isWardOf(tx.sql, { hospitalId, wardId }))) throw notFound('ward')
    // The monitor first, as ingest and discharge have it: in one order, they never wait for each other in a circle.
    await tx.sql({
      text: 'select 1 from patient_monitor where patient_id = $1 and active for update',
      values: [patientId],
    })
    const [moved] = await tx
      .sql<{ id: string }>({
        text: `update admission set ward_id = $3, bed = $4
                where hospital_id = $1 and patient_id = $2 and status = 'admitted' returning id`,
        values: [hospitalId, patientId, wardId, bed],
      })
      .catch((error: unknown) => {
        throw admissionError(error)
      })
    if (!moved) throw new DomainError('not_admitted', 'The patient is not admitted.', { field: 'patientId' })
    const by = actorKey(ctx.actor)
    tx.em.create(AdmissionMove, { id: ctx.newId(), admissionId: moved.id, hospitalId, wardId, bed, at: ctx.now(), by })
    await tx.sql({
      text: 'update patient_monitor set ward_id = $2, xid = pg_current_xact_id() where patient_id = $1 and active',
      values: [patientId, wardId],
    })
    await tx.sql({
      text: `update alarm set ward_id = $2 where patient_id = $1 and status <> 'resolved'`,
      values: [patientId, wardId],
    })
    await appendEvents(tx.sql, ctx, [
      { hospitalId, patientId, wardId, topic: 'admission.transferred', payload: { admissionId: moved.id, bed } },
    ])
    tx.audit({
      hospitalId,
      action: 'admission.transfer',
      resource: { type: 'admission', id: moved.id },
      patientIds: [patientId],
      detail: { wardId },
    })
    tx.publish({ type: 'access', hospitalId })
    tx.publish({ type: 'bedside', hospitalId })
    return { admissionId: moved.id }
  })
}
