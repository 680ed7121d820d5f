import { acceptInvitation, type Actor, actorOf, anonymous, type PatientRelation, uuidv7 } from '../src/index.ts'
import { type TestHospital, testPassword } from './hospital.ts'
import { invitePatientLogin } from './invite.ts'

export interface PatientLogin {
  actor: Actor
  userId: string
  email: string
  /** Of the grant. */
  accessId: string
}

/** Somebody who signs in to act for a patient, as whom a hospital administrator invited them. */
export async function patientLogin(
  hospital: TestHospital,
  {
    patientId,
    relation = 'self',
    email = `${uuidv7()}@example.org`,
    name = 'Paula',
  }: { patientId: string; relation?: PatientRelation; email?: string; name?: string },
): Promise<PatientLogin> {
  const { token } = await invitePatientLogin(hospital.as(hospital.admin), { patientId, email, relation })
  return openPatientLogin(hospital, { token, patientId, email, name })
}

/** Accepts an invitation and acts as its patient. */
export async function openPatientLogin(
  hospital: TestHospital,
  { token, patientId, email, name = 'Paula' }: { token: string; patientId: string; email: string; name?: string },
): Promise<PatientLogin> {
  const { userId } = await acceptInvitation(hospital.as(anonymous), { token, name, password: testPassword })
  const [access] = await hospital.db.sql<{ id: string }>({
    text: 'select id from patient_access where user_id = $1 and patient_id = $2 and revoked_at is null',
    values: [userId, patientId],
  })
  return { actor: await actingAs(hospital, userId, patientId), userId, email, accessId: access?.id ?? '' }
}

/** A fresh session of a login in one of its capacities. */
export async function actingAs(hospital: TestHospital, userId: string, capacityId: string): Promise<Actor> {
  const { token } = await hospital.db.sessions.open({ userId, kind: 'person', userAgent: null })
  const session = await hospital.db.sessions.findFresh(token)
  if (!session) throw new Error('No session.')
  return actorOf(session, capacityId)
}
