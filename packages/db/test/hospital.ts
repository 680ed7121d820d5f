import {
  acceptInvitation,
  type Actor,
  admitPatient,
  anonymous,
  assignCareTeam,
  contextOf,
  createGateway,
  createWard,
  type Ctx,
  type Database,
  KeyRing,
  openDatabase,
  registerPatient,
  signUpHospital,
  signUpPatient,
  type StaffRole,
  uuidv7,
} from '../src/index.ts'
import { testDatabase } from './database.ts'
import { inviteStaff } from './invite.ts'
import { signedUp } from './opened.ts'

/** A clock that stands where the test puts it. */
export interface TestClock {
  now: Date
  advance: (seconds: number) => void
}

export interface TestHospital extends AsyncDisposable {
  db: Database
  url: string
  /** The key ring, as text. */
  ring: string
  clock: TestClock
  hospitalId: string
  wardId: string
  /** A context for an actor; every call is a request of its own. */
  as: (actor: Actor) => Ctx
  admin: Actor
  /** On the ward's care team. */
  nurse: Actor
  doctor: Actor
  gateway: Actor
  /** The bearer token behind `gateway`. */
  gatewayToken: string
  /** Makes and admits a patient of 60 years, to the first ward unless said otherwise. */
  admit: (patient?: {
    familyName?: string
    bed?: string
    wardId?: string
    spo2Scale?: 1 | 2
  }) => Promise<{ patientId: string; mrn: string }>
  /** Somebody new on the staff, on no care team. */
  hire: (role: Exclude<StaffRole, 'gateway'>) => Promise<Actor>
  /** Somebody who signed up as a patient, and acts as such. */
  signUpPerson: (person?: { familyName?: string; email?: string }) => Promise<SignedUpPerson>
  /** A login as it would act now, in its only or its newest capacity. */
  actorOfUser: (userId: string) => Promise<Actor>
}

export interface SignedUpPerson {
  actor: Actor
  userId: string
  patientId: string
  email: string
}

export const testPassword = 'correct horse battery staple'

/** A hospital of one's own, on a database of one's own: suites run side by side. Or another one `beside` it, on its database. */
export async function testHospital({ beside }: { beside?: TestHospital } = {}): Promise<TestHospital> {
  const ring = beside?.ring ?? KeyRing.generate()
  const database = beside ? { url: beside.url, [Symbol.asyncDispose]: async () => {} } : await testDatabase()
  const db = beside?.db ?? (await openDatabase({ url: database.url, keys: KeyRing.parse(ring), poolSize: 6 }))
  const clock: TestClock = {
    now: new Date(),
    advance: (seconds) => {
      clock.now = new Date(clock.now.getTime() + seconds * 1000)
    },
  }
  const as = (actor: Actor): Ctx => contextOf({ actor, db, now: () => clock.now })
  const signUp = {
    hospital: { name: `Test ${uuidv7()}`, timeZone: 'Europe/Vienna' },
    admin: { name: 'Ada Admin', email: `${uuidv7()}@example.org`, password: testPassword },
  }
  const { hospitalId, userId } = signedUp(await signUpHospital(as(anonymous), signUp))
  const admin = await actorOfUser(userId)

  async function actorOfUser(id: string): Promise<Actor> {
    const { token } = await db.sessions.open({ userId: id, kind: 'person', userAgent: null })
    return actorOfToken(token)
  }

  async function actorOfToken(token: string): Promise<Actor> {
    const session = await db.sessions.findFresh(token)
    const capacity = session?.capacities.at(-1)
    if (!session || !capacity) throw new Error('The login has no capacity.')
    return { ...session, kind: 'user', capacity }
  }

  async function hire(role: Exclude<StaffRole, 'gateway'>): Promise<Actor> {
    const { token } = await inviteStaff(as(admin), { email: `${uuidv7()}@example.org`, role })
    const joined = await acceptInvitation(as(anonymous), { token, name: `Test ${role}`, password: testPassword })
    return actorOfUser(joined.userId)
  }

  async function signUpPerson({ familyName = 'Patient', email = `${uuidv7()}@example.org` } = {}) {
    const person = { givenName: 'Paula', familyName, birthDate: '1980-01-01', sex: 'female' } as const
    const signUp = { ...person, email, password: testPassword }
    const { userId: id, patientId } = signedUp(await signUpPatient(as(anonymous), signUp))
    return { userId: id, patientId, email, actor: await actorOfUser(id) }
  }

  const { id: wardId } = await createWard(as(admin), { name: 'Ward 1' })
  const nurse = await hire('nurse')
  const doctor = await hire('doctor')
  for (const actor of [nurse, doctor]) {
    await assignCareTeam(as(admin), { membershipId: membershipOf(actor), charge: { wardId } })
  }
  const { token: gatewayToken } = await createGateway(as(admin), { name: 'Gateway' })
  const gateway = await actorOfToken(gatewayToken)

  return {
    db,
    url: database.url,
    ring,
    clock,
    hospitalId,
    wardId,
    as,
    admin,
    nurse,
    doctor,
    gateway,
    gatewayToken,
    hire,
    signUpPerson,
    actorOfUser,
    admit: async ({ familyName = 'Muster', bed, wardId: ward = wardId, spo2Scale } = {}) => {
      const { id, mrn } = await registerPatient(as(admin), {
        givenName: 'Maria',
        familyName,
        birthDate: '1966-03-14',
        sex: 'female',
        // One name does for all of them.
        confirmDistinct: true,
      })
      await admitPatient(as(admin), { patientId: id, wardId: ward, bed, spo2Scale })
      return { patientId: id, mrn }
    },
    [Symbol.asyncDispose]: async () => {
      if (!beside) await db.close()
      await database[Symbol.asyncDispose]()
    },
  }
}

export function membershipOf(actor: Actor): string {
  if (actor.kind !== 'user' || actor.capacity?.as !== 'staff') throw new Error('Not a member of staff.')
  return actor.capacity.membershipId
}

/** Somebody who acts for a patient; the grant itself is not in the database. */
export function patientActor(patientId: string, relation = 'self'): Actor {
  const capacity = { as: 'patient', patientId, relation } as const
  return { kind: 'user', userId: uuidv7(), sessionId: 'session', capacity, capacities: [capacity] }
}
