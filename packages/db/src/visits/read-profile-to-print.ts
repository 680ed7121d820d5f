import { recordRead } from '../audit/record-read.ts'
import type { Ctx } from '../kernel/context.ts'
import { ownLogin } from '../identity/own-login.ts'
import { authorize } from '../policy/authorize.ts'
import { type PatientProfile, readPatientProfile } from './read-patient-profile.ts'

/** What a printed profile says besides the profile itself. */
export interface ProfileToPrint {
  profile: PatientProfile
  /** The hospital that hands it out; null when the patient does. */
  issuer: string | null
  /** Name of whoever asks. */
  printedBy: string
  /** IANA: the issuer's, for a patient that of the newest visit. */
  timeZone: string
}

/** A patient's profile for paper. That a copy was made is on record, besides what was read. */
export async function readProfileToPrint(ctx: Ctx, { patientId }: { patientId: string }): Promise<ProfileToPrint> {
  const { hospitalId } = await authorize(ctx, 'visit.read', { type: 'patient', id: patientId })
  const profile = await readPatientProfile(ctx, { patientId })
  const [reader] = await ctx.sql<{ printedBy: string; issuer: string | null; timeZone: string | null }>({
    text: `select u.name "printedBy", h.name issuer, h.time_zone "timeZone"
             from app_user u left join hospital h on h.id = $2 where u.id = $1`,
    values: [ownLogin(ctx).userId, hospitalId],
  })
  await recordRead(ctx, {
    hospitalId,
    action: 'patient.profile.print',
    resource: { type: 'patient', id: patientId },
    patientIds: [patientId],
  })
  const newest = profile.visits.items[0]
  return {
    profile,
    issuer: reader?.issuer ?? null,
    printedBy: reader?.printedBy ?? 'the patient',
    timeZone: reader?.timeZone ?? newest?.timeZone ?? 'UTC',
  }
}
