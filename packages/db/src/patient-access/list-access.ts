import { recordRead } from '../audit/record-read.ts'
import { ownLogin } from '../identity/own-login.ts'
import type { Ctx } from '../kernel/context.ts'
import { authorize } from '../policy/authorize.ts'
import type { PatientRelation } from '../policy/standing-in.ts'

interface Grant {
  id: string
  relation: PatientRelation
  /** `user:…` of whoever granted it, or the invitation that was accepted. */
  grantedBy: string
  since: string
}

export interface AccessOfPatient extends Grant {
  userId: string
  name: string
}

/** Which logins may act for a patient, in the order they came. */
export async function listPatientAccess(ctx: Ctx, { patientId }: { patientId: string }): Promise<AccessOfPatient[]> {
  const { hospitalId } = await authorize(ctx, 'patient-access.read', { type: 'patient', id: patientId })
  const rows = await ctx.sql<AccessOfPatient>({
    text: `select a.id, a.user_id "userId", u.name, a.relation, a.granted_by "grantedBy", a.created_at since
             from patient_access a join app_user u on u.id = a.user_id
            where a.patient_id = $1 and a.revoked_at is null order by a.id`,
    values: [patientId],
  })
  await recordRead(ctx, {
    hospitalId,
    action: 'patient-access.read',
    resource: { type: 'patient', id: patientId },
    patientIds: [patientId],
  })
  return rows
}

export interface AccessOfLogin extends Grant {
  /** Send it as `actingAs` to act for the patient. */
  patientId: string
  givenName: string
  familyName: string
  birthDate: string
}

/** The patients that the signed-in login may act for, whatever it acts as now. */
export async function listMyPatients(ctx: Ctx): Promise<AccessOfLogin[]> {
  const actor = ownLogin(ctx)
  // As the system: these are patients beyond the one that the login acts as.
  const rows = await ctx.db.sql<AccessOfLogin>({
    text: `select a.id, a.patient_id "patientId", p.given_name "givenName", p.family_name "familyName",
                  p.birth_date "birthDate", a.relation, a.granted_by "grantedBy", a.created_at since
             from patient_access a join patient p on p.id = a.patient_id
            where a.user_id = $1 and a.revoked_at is null order by a.id`,
    values: [actor.userId],
  })
  await recordRead(ctx, {
    hospitalId: null,
    action: 'patient-access.mine',
    resource: { type: 'user', id: actor.userId },
    patientIds: rows.map(({ patientId }) => patientId),
  })
  return rows
}
