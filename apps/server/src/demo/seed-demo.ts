import { randomBytes, randomInt } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  acceptInvitation,
  type Actor,
  actorOf,
  admitPatient,
  anonymous,
  assignCareTeam,
  createGateway,
  createWard,
  type Ctx,
  type Database,
  invitePatientLogin,
  inviteStaff,
  registerPatient,
  signIn,
  signUpHospital,
  uuidv7,
} from '@chartwire/db'
import { demoPatients } from './demo-patients.ts'

/** What a newcomer needs to look around; kept beside the data, readable by its owner alone. */
export interface DemoAccess {
  hospital: string
  logins: { role: string; email: string; password: string }[]
  /** How many are admitted. */
  patients: number
  /** Bearer token that may feed readings. */
  gatewayToken: string
}

const hospitalName = 'Riverside Demo Hospital'
const demoFile = 'demo.json'

/** The demo of this data folder, if one was made. */
export function readDemo(dataDir: string): DemoAccess | undefined {
  const file = join(dataDir, demoFile)
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as DemoAccess) : undefined
}

/**
 * A hospital to look at, made through the same verbs as any other: staff by invitation, a ward, patients admitted.
 * Passwords are generated for this data folder. Once made it is left alone; a seed that was interrupted, or whose logins
 * belong to another database, is made anew under another name rather than half-used.
 */
export async function seedDemo(
  db: Database,
  { dataDir, patients }: { dataDir: string; patients: number },
): Promise<DemoAccess> {
  const known = readDemo(dataDir)
  if (known && (await db.sessions.find(known.gatewayToken))) return known
  const as = (actor: Actor): Ctx => ({ actor, db, requestId: uuidv7(), now: () => new Date(), newId: () => uuidv7() })
  const [taken] = await db.sql({ text: 'select 1 from hospital where name = $1', values: [hospitalName] })
  const hospital = taken ? `${hospitalName} ${randomInt(1000, 9999)}` : hospitalName
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
    const { token } = await inviteStaff(admin, { email: account.email, role })
    await acceptInvitation(as(anonymous), { token, name, password: account.password })
    const actor = await actorFor(db, account)
    if (actor.kind !== 'user' || actor.capacity?.as !== 'staff') throw new Error('The demo staff has no membership.')
    await assignCareTeam(admin, { membershipId: actor.capacity.membershipId, charge: { wardId: ward.id } })
  }
  const [first] = await admitAll(admin, { wardId: ward.id, patients })
  if (first) {
    const { token } = await invitePatientLogin(admin, { patientId: first, email: patientLogin.email, relation: 'self' })
    await acceptInvitation(as(anonymous), { token, name: 'Demo patient', password: patientLogin.password })
  }
  const gateway = await createGateway(admin, { name: 'Demo bedside gateway' })
  const access: DemoAccess = {
    hospital,
    logins: [nurseLogin, doctorLogin, adminLogin, patientLogin],
    patients,
    gatewayToken: gateway.token,
  }
  const file = join(dataDir, demoFile)
  // Renamed into place: what is there is complete.
  writeFileSync(`${file}.new`, `${JSON.stringify(access, null, 2)}\n`, { mode: 0o600 })
  renameSync(`${file}.new`, file)
  return access
}

function credentials({ email, password }: { email: string; password: string }) {
  return { email, password }
}

async function actorFor(db: Database, account: { email: string; password: string }): Promise<Actor> {
  const ctx: Ctx = { actor: anonymous, db, requestId: uuidv7(), now: () => new Date(), newId: () => uuidv7() }
  const { token } = await signIn(ctx, { ...credentials(account), userAgent: 'demo seed' })
  const session = await db.sessions.find(token)
  if (!session) throw new Error('The demo login has no session.')
  return actorOf(session, null)
}

async function admitAll(admin: Ctx, { wardId, patients }: { wardId: string; patients: number }): Promise<string[]> {
  const ids: string[] = []
  for (const [index, { spo2Scale, ...patient }] of demoPatients(patients).entries()) {
    const { id } = await registerPatient(admin, patient)
    await admitPatient(admin, { patientId: id, wardId, bed: String(index + 1).padStart(2, '0'), spo2Scale })
    ids.push(id)
  }
  return ids
}
