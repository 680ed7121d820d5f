import { type Actor, grantPlatformAdmin, systemActor, uuidv7 } from '@chartwire/db'
import { membershipOf, type TestHospital, testPassword } from '@chartwire/db/testing/hospital'
import { call } from '../procedures.ts'
import { absentIds, type SampleIds } from '../sample-inputs.ts'

/** A hospital, and what scenes are furnished with in it: each thing is new, and used by nobody yet. */
export type Furnished = ReturnType<typeof furnish>

export function furnish(hospital: TestHospital) {
  const { db, admin, doctor: clinician } = hospital

  /** What a procedure answers. @throws Error where it refuses */
  async function done(path: string, input: unknown, actor: Actor | null = admin): Promise<unknown> {
    const { data, error } = await call(db, path, input, { actor })
    if (error) throw new Error(`${path}: ${error.message}`)
    return data
  }

  const made = async (path: string, input: unknown, actor?: Actor) =>
    ((await done(path, input, actor)) as { id: string }).id

  /** A patient, a device and whatever else a mutation may name. */
  async function freshIds(): Promise<SampleIds> {
    const { patientId } = await hospital.admit()
    const { hospitalId, wardId } = hospital
    const membershipId = membershipOf(await hospital.hire('nurse'))
    return {
      ...absentIds(),
      patientId,
      wardId,
      membershipId,
      deviceId: await made('devices.register', { serial: uuidv7(), kind: 'other' }),
      alarmId: await made('alarms.emergency', { patientId }, clinician),
      appointmentId: await made('appointments.book', appointment(patientId)),
      careTeamMemberId: await made('careTeam.assign', { membershipId, charge: { patientId } }),
      hospitalId,
      departmentId: await made('hospitals.createDepartment', { name: uuidv7() }),
      userId: (await hospital.signUpPerson()).userId,
    }
  }

  let hours = 0

  /** An hour of the doctor's calendar that nothing else takes. */
  function freeHour(): string {
    hours += 1
    return new Date(Date.now() + hours * 3_600_000).toISOString()
  }

  const appointment = (patientId: string) => ({
    patientId,
    membershipId: membershipOf(clinician),
    startsAt: freeHour(),
    mode: 'in_person',
  })

  const directive = (patientId: string) => ({
    patientId,
    effect: 'deny',
    purposes: ['research'],
    recipient: { kind: 'hospital', hospitalId: hospital.hospitalId },
    reference: 'Form 7',
  })

  const register = () =>
    made('patients.register', {
      givenName: 'Maria',
      familyName: 'Muster',
      birthDate: '1966-03-14',
      sex: 'female',
      confirmDistinct: true,
    })

  const visit = (patientId: string, caseId?: string) =>
    made('visits.record', { ...kneePain(patientId), caseId }, clinician)

  const careCase = (patientId: string) => made('cases.open', { patientId, title: 'Knee', kind: 'acute' }, clinician)

  const entry = async (patientId: string) => ({
    patientId,
    entryId: await made('clinicalLists.add', allergy(patientId), clinician),
    version: 1,
  })

  async function breakGlass(patientId: string, actor?: Actor): Promise<string> {
    const input = { patient: { patientId }, reason: 'emergency', explanation: 'Unresponsive' }
    return made('breakGlass.open', input, actor ?? (await hospital.hire('doctor')))
  }

  /** An alarm of the kind that may be silenced. */
  async function warning(patientId: string): Promise<string> {
    const id = uuidv7()
    await db.sql({
      text: `insert into alarm (id, hospital_id, patient_id, admission_id, ward_id, rule, level, status, raised_at, created_at, last_announced_at)
             select $1, hospital_id, patient_id, id, ward_id, 'heartRate:high', 'warning', 'raised', now(), now(), now()
               from admission where patient_id = $2`,
      values: [id, patientId],
    })
    return id
  }

  /** Somebody with a file of their own, who may act for the patient as well. */
  async function relative(patientId: string): Promise<{ actor: Actor; accessId: string }> {
    const { actor, userId, email } = await hospital.signUpPerson()
    const invited = await done('patients.inviteLogin', { patientId, email, relation: 'other' })
    const { token } = invited as { token: string }
    await done('identity.acceptInvitation', { token, name: 'Rita', password: testPassword }, null)
    const accesses = (await done('patientAccess.list', { patientId })) as { id: string; userId: string }[]
    return { actor, accessId: accesses.find((one) => one.userId === userId)?.id ?? '' }
  }

  async function totp(actor: Actor): Promise<void> {
    await db.sql({
      text: `insert into totp_factor (id, user_id, secret_cipher, created_at, confirmed_at) values ($1, $2, '', now(), now())`,
      values: [uuidv7(), userOf(actor)],
    })
  }

  async function passkey(actor: Actor): Promise<string> {
    const id = uuidv7()
    await db.sql({
      text: `insert into passkey (id, user_id, credential_id, public_key, counter, transports, name, created_at)
             values ($1, $2, $3, '', 0, '', 'Key', now())`,
      values: [id, userOf(actor), id],
    })
    return id
  }

  /** Somebody new who runs the platform. */
  async function platform(): Promise<Actor> {
    const operator = hospital.as(systemActor('operator'))
    const { userId } = await grantPlatformAdmin(operator, { user: `${uuidv7()}@example.org`, name: 'Petra' })
    return hospital.actorOfUser(userId)
  }

  return {
    hospital,
    admin,
    clinician,
    done,
    made,
    freshIds,
    freeHour,
    appointment,
    directive,
    register,
    visit,
    careCase,
    entry,
    breakGlass,
    warning,
    relative,
    totp,
    passkey,
    platform,
  }
}

export const kneePain = (patientId: string) => ({ patientId, kind: 'consultation', chiefComplaint: 'Knee pain' })
export const allergy = (patientId: string) => ({ patientId, kind: 'allergy', name: 'Latex' })
export const threshold = (patientId: string) => ({
  patientId,
  parameter: 'heartRate',
  level: 'warning',
  low: 45,
  high: 115,
  exitMargin: 2,
  dwellSeconds: 20,
})

function userOf(actor: Actor): string {
  if (actor.kind !== 'user') throw new Error('No user.')
  return actor.userId
}
