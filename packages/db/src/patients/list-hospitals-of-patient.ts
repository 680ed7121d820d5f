import { recordRead } from '../audit/record-read.ts'
import type { Ctx } from '../kernel/context.ts'
import { authorize } from '../policy/authorize.ts'

export interface HospitalOfPatient {
  hospitalId: string
  name: string
  mrn: string
  since: string
}

/** Where the patient has a file, oldest first. Staff are told of their own hospital alone, the patient of all. */
export async function listHospitalsOfPatient(
  ctx: Ctx,
  { patientId }: { patientId: string },
): Promise<HospitalOfPatient[]> {
  const { hospitalId } = await authorize(ctx, 'patient.read', { type: 'patient', id: patientId })
  const rows = await ctx.sql<HospitalOfPatient>({
    text: `select h.id "hospitalId", h.name, r.mrn, r.created_at since
             from registration r join hospital h on h.id = r.hospital_id
            where r.patient_id = $1 and r.removed_at is null and ($2::uuid is null or r.hospital_id = $2)
            order by r.id`,
    values: [patientId, hospitalId],
  })
  await recordRead(ctx, {
    hospitalId,
    action: 'patient.hospitals',
    resource: { type: 'patient', id: patientId },
    patientIds: [patientId],
  })
  return rows
}
