import { resolveAlarms } from '../alarms/resolve-alarms.ts'
import { transact } from '../database/transact.ts'
import { appendEvents } from '../events/append-event.ts'
import type { Ctx } from '../kernel/context.ts'
import { DomainError } from '../kernel/errors.ts'
import { actorKey } from '../policy/actor.ts'
import { authorizeStaff } from '../policy/authorize.ts'

/**
 * Ends a stay: monitoring stops, open alarms are resolved as `discharged`, devices come off. Readings taken before the
 * discharge that arrive after it are still accepted into the history.
 */
export async function dischargePatient(
  ctx: Ctx,
  { patientId, note }: { patientId: string; note?: string | undefined },
): Promise<{ admissionId: string; dischargedAt: string }> {
  return transact(ctx, async (tx) => {
    // Within, so that whoever loses access by this very act still gets its answer again under the same idempotency key.
    const { hospitalId } = await authorizeStaff(ctx, 'admission.discharge', { type: 'patient', id: patientId })
    const at = ctx.now()
    // The monitor first: ingest takes it before anything else, so the two never wait for each other.
    await tx.sql({
      text: `update patient_monitor set active = false, ended_at = $2, xid = pg_current_xact_id()
              where patient_id = $1 and active`,
      values: [patientId, at],
    })
    const [ended] = await tx.sql<{ id: string; wardId: string }>({
      text: `update admission set status = 'discharged', discharged_at = $3, discharged_by = $4
              where hospital_id = $1 and patient_id = $2 and status = 'admitted' returning id, ward_id "wardId"`,
      values: [hospitalId, patientId, at, actorKey(ctx.actor)],
    })
    if (!ended) throw new DomainError('not_admitted', 'The patient is not admitted.', { field: 'patientId' })
    if (note !== undefined) {
      const place = { table: 'admission', column: 'discharge_note', id: ended.id }
      await tx.sql({
        text: 'update admission set discharge_note_cipher = $2 where id = $1',
        values: [ended.id, ctx.db.keys.encrypt(note, place)],
      })
    }
    await resolveAlarms(tx, ctx, { patientId, resolution: 'discharged' })
    await tx.sql({
      text: 'update device_assignment set until = $2 where patient_id = $1 and until is null',
      values: [patientId, at],
    })
    await appendEvents(tx.sql, ctx, [
      {
        hospitalId,
        patientId,
        wardId: ended.wardId,
        topic: 'admission.discharged',
        payload: { admissionId: ended.id },
      },
    ])
    tx.audit({
      hospitalId,
      action: 'admission.discharge',
      resource: { type: 'admission', id: ended.id },
      patientIds: [patientId],
    })
    tx.publish({ type: 'access', hospitalId })
    tx.publish({ type: 'bedside', hospitalId })
    return { admissionId: ended.id, dischargedAt: at.toISOString() }
  })
}
