import { type PatientLogin, patientLogin } from '@chartwire/db/testing/patient-login'
import { type Attacker, dataOf } from './attacker.ts'

export interface Directing {
  patientId: string
  mrn: string
  familyName: string
  self: PatientLogin
  /** Of the patient's own session. */
  token: string
}

let families = 0

/** A patient in the first ward, with a login of their own. */
export async function admitted(attacker: Attacker): Promise<Directing> {
  const { hospital } = attacker.world.server
  const familyName = `Verborgen${(families += 1)}`
  const { patientId, mrn } = await hospital.admit({ familyName })
  const self = await patientLogin(hospital, { patientId })
  return { patientId, mrn, familyName, self, token: await attacker.tokenOfActor(self.actor) }
}

/** What keeps one of the staff from the record. */
export const denial = (patientId: string, membershipId: string) => ({
  patientId,
  effect: 'deny',
  purposes: ['treatment'],
  recipient: { kind: 'membership', membershipId },
})

/** One who has directed that somebody of the treating team shall not see the record. */
export async function hiddenFrom(
  attacker: Attacker,
  membershipId: string,
): Promise<Directing & { directiveId: string }> {
  const patient = await admitted(attacker)
  const { token } = patient
  const { ids } = dataOf(await attacker.call('consent.give', denial(patient.patientId, membershipId), { token }))
  return { ...patient, directiveId: (ids as string[])[0] ?? '' }
}
