import { violatedConstraint } from '../database/sql-state.ts'
import { transact } from '../database/transact.ts'
import { appendEvents } from '../events/append-event.ts'
import { holdHospitalOpen } from '../hospitals/close-hospital.ts'
import type { Ctx } from '../kernel/context.ts'
import { DomainError, notFound } from '../kernel/errors.ts'
import { holdFileOpen } from '../patients/hold-file-open.ts'
import { actorKey } from '../policy/actor.ts'
import { authorizeStaff } from '../policy/authorize.ts'
import { isWardOf } from '../policy/relationships.ts'
import { Admission, AdmissionMove } from './admission.entity.ts'

export interface AdmitInput {
  patientId: string
  wardId: string
  bed?: string | null | undefined
  /** SpO2 scale 2 is for patients with a prescribed target of 88-92 % (RCP 2017), set by a competent decision maker. */
  spo2Scale?: 1 | 2 | undefined
}

/**
 * Begins a stay, and with it the monitoring: from here on readings are accepted.
 *
 * @throws DomainError `already_admitted`, `bed_taken`
 */
export async function admitPatient(ctx: Ctx, input: AdmitInput): Promise<{ admissionId: string; admittedAt: string }> {
  const { hospitalId } = await authorizeStaff(ctx, 'admission.admit', { type: 'hospital' })
  const { patientId, wardId, bed = null, spo2Scale = 1 } = input
  return transact(ctx, async (tx) => {
    await holdFileOpen(tx.sql, { hospitalId, patientId })
    await holdHospitalOpen(tx.sql, hospitalId)
    if (!(await isWardOf(tx.sql, { hospitalId, wardId }))) throw notFound('ward')
    const id = ctx.newId()
    const at = ctx.now()
    const by = actorKey(ctx.actor)
    tx.em.create(Admission, {
      id,
      hospitalId,
      patientId,
      wardId,
      bed,
      status: 'admitted',
      admittedAt: at,
      admittedBy: by,
      dischargedAt: null,
      dischargedBy: null,
      dischargeNoteCipher: null,
    })
    try {
      await tx.em.flush()
    } catch (error) {
      throw admissionError(error)
    }
    tx.em.create(AdmissionMove, { id: ctx.newId(), admissionId: id, hospitalId, wardId, bed, at, by })
    // last_at stays: it is the newest of all stored readings, by which ingest knows what may be a repetition.
    await tx.sql({
      text: `insert into patient_monitor (patient_id, hospital_id, admission_id, ward_id, active, birth_date, spo2_scale)
             select $1, $2, $3, $4, true, birth_date, $5 from patient where id = $1
             on conflict (patient_id) do update set
               hospital_id = excluded.hospital_id, admission_id = excluded.admission_id, ward_id = excluded.ward_id,
               active = true, ended_at = null, monitoring = default, birth_date = excluded.birth_date,
               spo2_scale = excluded.spo2_scale, state = default, is_alerting = false,
               news2 = null, received_at = null, reading_count = 0, xid = pg_current_xact_id()`,
      values: [patientId, hospitalId, id, wardId, spo2Scale],
    })
    await appendEvents(tx.sql, ctx, [
      { hospitalId, patientId, wardId, topic: 'admission.admitted', payload: { admissionId: id, bed } },
    ])
    tx.audit({
      hospitalId,
      action: 'admission.admit',
      resource: { type: 'admission', id },
      patientIds: [patientId],
      detail: { wardId, spo2Scale },
    })
    tx.publish({ type: 'access', hospitalId })
    tx.publish({ type: 'bedside', hospitalId })
    return { admissionId: id, admittedAt: at.toISOString() }
  })
}

export function admissionError(error: unknown): unknown {
  switch (violatedConstraint(error)) {
    case 'admission_active_uq':
      return new DomainError('already_admitted', 'The patient is admitted already.', { field: 'patientId' })
    case 'admission_bed_uq':
      return new DomainError('bed_taken', 'Another patient lies in this bed.', { field: 'bed' })
    default:
      return error
  }
}
