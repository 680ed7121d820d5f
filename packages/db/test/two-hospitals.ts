import {
  acceptInvitation,
  actorOf,
  anonymous,
  type Actor,
  assignDevice,
  bookAppointment,
  type Ctx,
  createWard,
  getPatient,
  openCase,
  raiseEmergency,
  recordVisit,
  registerDevice,
  setThreshold,
  signIn,
  updateVisit,
  uuidv7,
} from '../src/index.ts'
import { opened } from './opened.ts'
import { membershipOf, type TestHospital, testHospital, testPassword } from './hospital.ts'
import { send } from './readings.ts'
import { invitePatientLogin } from './invite.ts'

/** A hospital with something in every table, and a patient who can sign in. */
export interface FilledHospital extends TestHospital {
  patientId: string
  patient: Actor
}

/** Two hospitals on one database, each with rows in every table. */
export async function twoHospitals(): Promise<{ ours: FilledHospital; theirs: FilledHospital } & AsyncDisposable> {
  const first = await testHospital()
  const ours = await fill(first)
  const theirs = await fill(await testHospital({ beside: first }))
  return { ours, theirs, [Symbol.asyncDispose]: () => first[Symbol.asyncDispose]() }
}

async function fill(hospital: TestHospital): Promise<FilledHospital> {
  const { as, admin, nurse, db } = hospital
  const { patientId } = await hospital.admit()
  await hospital.admit()
  const idempotent: Ctx = {
    ...as(admin),
    idempotency: { key: uuidv7(), procedure: 'hospitals.createWard', inputHash: Buffer.alloc(32) },
  }
  await createWard(idempotent, { name: 'Ward 2' })
  const device = await registerDevice(as(admin), { serial: `S-${uuidv7()}`, kind: 'bedside_monitor' })
  await assignDevice(as(admin), { deviceId: device.id, patientId })
  await setThreshold(as(hospital.doctor), {
    patientId,
    parameter: 'heartRate',
    level: 'critical',
    low: 41,
    high: 129,
    exitMargin: 2,
    dwellSeconds: 10,
  })
  await send(hospital, [{ patientId, values: { heartRate: 72 } }])
  await raiseEmergency(as(nurse), { patientId })
  await bookAppointment(as(admin), {
    patientId,
    membershipId: membershipOf(hospital.doctor),
    startsAt: new Date(hospital.clock.now.getTime() + 86_400_000).toISOString(),
    mode: 'in_person',
    reason: 'Cough',
  })
  await getPatient(as(nurse), { patientId })
  const { id: caseId } = await openCase(as(nurse), { patientId, title: 'Knee pain', kind: 'acute' })
  const visit = {
    patientId,
    caseId,
    kind: 'consultation',
    chiefComplaint: 'Knee pain',
    internalNote: 'Anxious',
  } as const
  const { id: visitId } = await recordVisit(as(nurse), visit)
  await updateVisit(as(nurse), { visitId, version: 1, plan: 'Rest' })
  const email = `${uuidv7()}@example.org`
  const { token } = await invitePatientLogin(as(admin), { patientId, email, relation: 'self' })
  await acceptInvitation(as(anonymous), { token, name: 'Patient', password: testPassword })
  const signedIn = opened(await signIn(as(anonymous), { email, password: testPassword, userAgent: null }))
  const session = await db.sessions.findFresh(signedIn.token)
  if (!session) throw new Error('The patient has no session.')
  return Object.assign(hospital, { patientId, patient: actorOf(session, null) })
}
