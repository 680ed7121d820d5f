import {
  acceptInvitation,
  type Actor,
  anonymous,
  createWard,
  grantPlatformAdmin,
  signUpHospital,
  type PatientRelation,
  type StaffRole,
  systemActor,
  uuidv7,
} from '@chartwire/db'
import { type TestHospital, testPassword } from '@chartwire/db/testing/hospital'
import { invitePatientLogin, inviteStaff } from '@chartwire/db/testing/invite'
import { signedUp } from '@chartwire/db/testing/opened'

export type PersonalRole = Exclude<StaffRole, 'gateway'>

/** The actor of a login, in the capacity named or the only one it has. */
export async function actorOfUser({ db }: TestHospital, userId: string): Promise<Actor> {
  const { token } = await db.sessions.open({ userId, kind: 'person', userAgent: null })
  const session = await db.sessions.findFresh(token)
  const [capacity] = session?.capacities ?? []
  if (!session || !capacity) throw new Error('The login has no capacity.')
  return { ...session, kind: 'user', capacity }
}

/** A second hospital on the same database, with an administrator, a ward and whoever is hired. */
export interface OtherHospital {
  hospitalId: string
  wardId: string
  admin: Actor
  hire: (role: PersonalRole) => Promise<Actor>
}

export async function otherHospital(hospital: TestHospital, name: string): Promise<OtherHospital> {
  const signUp = {
    hospital: { name: `${name} ${uuidv7()}`, timeZone: 'UTC' },
    admin: { name: `${name} Admin`, email: `${uuidv7()}@example.org`, password: testPassword },
  }
  const { hospitalId, userId } = signedUp(await signUpHospital(hospital.as(anonymous), signUp))
  const admin = await actorOfUser(hospital, userId)
  const { id: wardId } = await createWard(hospital.as(admin), { name: `${name} Ward` })
  return { hospitalId, wardId, admin, hire: (role) => hireBy(hospital, admin, { role, name: `${name} ${role}` }) }
}

export async function hireBy(
  hospital: TestHospital,
  admin: Actor,
  { role, name }: { role: PersonalRole; name: string },
): Promise<Actor> {
  const { token } = await inviteStaff(hospital.as(admin), { email: `${uuidv7()}@example.org`, role })
  const { userId } = await acceptInvitation(hospital.as(anonymous), { token, name, password: testPassword })
  return actorOfUser(hospital, userId)
}

/** A login that acts for a patient. */
export async function patientLogin(
  hospital: TestHospital,
  by: Actor,
  { patientId, relation = 'self' }: { patientId: string; relation?: PatientRelation },
): Promise<Actor> {
  const email = `${uuidv7()}@example.org`
  const { token } = await invitePatientLogin(hospital.as(by), { patientId, email, relation })
  const { userId } = await acceptInvitation(hospital.as(anonymous), {
    token,
    name: 'Pat Patient',
    password: testPassword,
  })
  return actorOfUser(hospital, userId)
}

/** A platform administrator, whom the operator's command makes of a login that is there. */
export async function platformLogin(hospital: TestHospital): Promise<Actor> {
  const { userId } = await grantPlatformAdmin(hospital.as(systemActor('operator')), {
    user: `${uuidv7()}@example.org`,
    name: 'Pia Platform',
  })
  return actorOfUser(hospital, userId)
}

export function userOf(actor: Actor): string {
  if (actor.kind !== 'user') throw new Error('Not a login.')
  return actor.userId
}

export function hospitalOf(actor: Actor): string {
  if (actor.kind !== 'user' || actor.capacity?.as !== 'staff') throw new Error('Not a member of staff.')
  return actor.capacity.hospitalId
}
