import { randomBytes, randomInt } from 'node:crypto'
import {
  acceptInvitation,
  type Actor,
  actorOf,
  admitPatient,
  anonymous,
  assignCareTeam,
  createGateway,
  createWard,
  contextOf,
  type Ctx,
  type Database,
  invitePatientLogin,
  type IssuedInvitation,
  inviteStaff,
  registerPatient,
  signIn,
  signUpHospital,
} from '@chartwire/db'
import { type DemoAccess, demoHospital, readDemo, writeDemo } from './demo-access.ts'
import { seedCare } from './demo-care.ts'
import { demoPatients } from './demo-patients.ts'

/** Any constant does, as long as it stays the same from release to release. */
const seedLock = 7_246_180_520

interface DemoOptions {
  dataDir: string
  patients: number
}

/**
 * A hospital to look at, made through the same verbs as any other: staff by invitation, a ward, patients admitted.
 * Passwords are generated for this data folder. Once made it is left alone; a seed that was interrupted, or whose logins
 * belong to another database, is made anew under another name rather than half-used.
 */
export async function seedDemo(db: Database, options: DemoOptions): Promise<DemoAccess> {
  // Two servers that start at once on one database: the second one waits, and finds the demo made.
  const client = await db.pool.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [seedLock])
    const known = readDemo(options.dataDir)
    return known && (await db.sessions.find(known.gatewayToken)) ? known : await makeDemo(db, options)
  } finally {
    // Destroyed rather than given back: the lock ends with its session, whatever happened.
    client.release(true)
  }
}

async function makeDemo(db: Database, { dataDir, patients }: DemoOptions): Promise<DemoAccess> {
  const as = (actor: Actor): Ctx => contextOf({ actor, db })
  const [taken] = await db.sql({ text: 'select 1 from hospital where name = $1', values: [demoHospital] })
  const hospital = taken ? `${demoHospital} ${randomInt(1000, 9999)}` : demoHospital
  const domain = `${hospital.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.example`
  const login = (role: string) => ({
    role,
    email: `${role}@${domain}`,
    password: randomBytes(12).toString('base64url'),
  })
  const [adminLogin, nurseLogin, doctorLogin, patientLogin] = ['admin', 'nurse', 'doctor', 'patient'].map(login) as [
    DemoAccess['logins'][number],
    DemoAccess['logins'][number],
    DemoAccess['logins'][number],
    DemoAccess['logins'][number],
  ]
  await signUpHospital(as(anonymous), {
    hospital: { name: hospital, timeZone: 'Europe/Vienna' },
    admin: { name: 'Ada Administrator', ...credentials(adminLogin) },
  })
  const admin = as(await actorFor(db, adminLogin))
  const ward = await createWard(admin, { name: 'Ward 3 West' })
  const staff = [
    { login: nurseLogin, role: 'nurse', name: 'Nora Nurse' },
    { login: doctorLogin, role: 'doctor', name: 'Dr. David Doctor' },
  ] as const
  for (const { login: account, role, name } of staff) {
    const invitation = await inviteStaff(admin, { email: account.email, role })
    await acceptInvitation(as(anonymous), { token: tokenOf(invitation), name, password: account.password })
    const actor = await actorFor(db, account)
    if (actor.kind !== 'user' || actor.capacity?.as !== 'staff') throw new Error('The demo staff has no membership.')
    await assignCareTeam(admin, { membershipId: actor.capacity.membershipId, charge: { wardId: ward.id } })
  }
  const [first] = await admitAll(admin, { wardId: ward.id, patients })
  if (first) {
    await seedCare(as(await actorFor(db, doctorLogin)), { patientId: first })
    const { email, password } = patientLogin
    const invitation = await invitePatientLogin(admin, { patientId: first, email, relation: 'self' })
    await acceptInvitation(as(anonymous), { token: tokenOf(invitation), name: 'Demo patient', password })
  }
  const gateway = await createGateway(admin, { name: 'Demo bedside gateway' })
  const access: DemoAccess = {
    hospital,
    logins: [nurseLogin, doctorLogin, adminLogin, patientLogin],
    patients,
    gatewayToken: gateway.token,
  }
  writeDemo(dataDir, access)
  return access
}

function credentials({ email, password }: { email: string; password: string }) {
  return { email, password }
}

async function actorFor(db: Database, account: { email: string; password: string }): Promise<Actor> {
  const ctx = contextOf({ actor: anonymous, db })
  const answer = await signIn(ctx, { ...credentials(account), userAgent: 'demo seed' })
  const session = answer.state === 'signed-in' ? await db.sessions.find(answer.token) : null
  if (!session) throw new Error('The demo login has no session.')
  return actorOf(session, null)
}

async function admitAll(admin: Ctx, { wardId, patients }: { wardId: string; patients: number }): Promise<string[]> {
  const ids: string[] = []
  for (const [index, { spo2Scale, ...patient }] of demoPatients(patients).entries()) {
    const { id } = await registerPatient(admin, { ...patient, confirmDistinct: true })
    await admitPatient(admin, { patientId: id, wardId, bed: String(index + 1).padStart(2, '0'), spo2Scale })
    ids.push(id)
  }
  return ids
}

/** The demo's addresses are nobody's: nothing is sent to them. */
function tokenOf({ token }: IssuedInvitation): string {
  if (token === null) throw new Error('There is no demo where mail is sent.')
  return token
}
