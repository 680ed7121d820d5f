import {
  type Actor,
  grantPlatformAdmin,
  platformPermissions,
  staffPermissions,
  type StaffRole,
  staffRoles,
  systemActor,
  uuidv7,
} from '@chartwire/db'
import { membershipOf, type TestHospital, testHospital } from '@chartwire/db/testing/hospital'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call, procedures } from './procedures.ts'
import { absentIds, type SampleIds, sampleInputs } from './sample-inputs.ts'

let hospital: TestHospital
const actors = new Map<StaffRole, Actor>()
/** Somebody else's: in another hospital. */
let foreign: SampleIds
const absent = absentIds()

beforeAll(async () => {
  hospital = await testHospital()
  for (const role of staffRoles) actors.set(role, role === 'gateway' ? hospital.gateway : await hospital.hire(role))
  const { db } = hospital
  // A second hospital on the same database, with one of everything.
  const admin = { actor: null }
  const email = `${uuidv7()}@example.org`
  const signedUp = await call(
    db,
    'hospitals.signUp',
    {
      hospital: { name: 'Elsewhere', timeZone: 'UTC' },
      admin: { name: 'Eve', email, password: 'correct horse battery' },
    },
    admin,
  )
  const { userId, hospitalId } = signedUp.data as { userId: string; hospitalId: string }
  const { token } = await db.sessions.open({ userId, kind: 'person', userAgent: null })
  const session = await db.sessions.find(token)
  const [capacity] = session?.capacities ?? []
  if (!session || capacity?.as !== 'staff') throw new Error('No session.')
  const as = { actor: { ...session, kind: 'user', capacity } as Actor }
  const made = async (path: string, input: unknown) => (await call(db, path, input, as)).data as { id: string }
  const { id: wardId } = await made('hospitals.createWard', { name: 'Ward' })
  const { id: patientId } = await made('patients.register', {
    givenName: 'Paula',
    familyName: 'Fremd',
    birthDate: '1970-01-01',
    sex: 'female',
  })
  await made('admissions.admit', { patientId, wardId })
  const { id: deviceId } = await made('devices.register', { serial: 'F-1', kind: 'other' })
  const { membershipId } = capacity
  const { id: careTeamMemberId } = await made('careTeam.assign', { membershipId, charge: { patientId } })
  const invited = await made('hospitals.invite', { email: `${uuidv7()}@example.org`, role: 'doctor' })
  const { token: invitation } = invited as unknown as { token: string }
  const doctor = { token: invitation, name: 'Dora', password: 'correct horse battery' }
  const joined = (await call(db, 'identity.acceptInvitation', doctor, admin)).data as { userId: string }
  const [place] = await db.sql<{ id: string }>({
    text: 'select id from membership where user_id = $1',
    values: [joined.userId],
  })
  const { id: appointmentId } = await made('appointments.book', {
    patientId,
    membershipId: place?.id,
    startsAt: new Date(Date.now() + 86_400_000).toISOString(),
    mode: 'in_person',
  })
  const { id: departmentId } = await made('hospitals.createDepartment', { name: 'Elsewhere' })
  const alarmId = uuidv7()
  await db.sql({
    text: `insert into alarm (id, hospital_id, patient_id, admission_id, ward_id, rule, level, status, raised_at, created_at, last_announced_at)
           select $1, hospital_id, patient_id, id, ward_id, 'manual:emergency', 'emergency', 'raised', now(), now(), now()
             from admission where patient_id = $2`,
    values: [alarmId, patientId],
  })
  const recipient = { kind: 'hospital', hospitalId: capacity.hospitalId }
  const directive = { patientId, effect: 'deny', purposes: ['research'], recipient, reference: 'Form 1' }
  const [directiveId = ''] = ((await call(db, 'consent.give', directive, as)).data as { ids: string[] }).ids
  const breakGlassId = uuidv7()
  await db.sql({
    text: `insert into break_glass_grant (id, hospital_id, patient_id, membership_id, reason, explanation_cipher,
                                          against_directive, opened_at, expires_at)
           values ($1, $2, $3, $4, 'emergency', '\\x00', false, now(), now() + interval '1 hour')`,
    values: [breakGlassId, capacity.hospitalId, patientId, membershipId],
  })
  foreign = {
    ...absentIds(),
    patientId,
    wardId,
    membershipId,
    deviceId,
    alarmId,
    appointmentId,
    careTeamMemberId,
    hospitalId,
    departmentId,
    userId,
    directiveId,
    breakGlassId,
  }
})
afterAll(() => hospital[Symbol.asyncDispose]())

const restricted = procedures.filter(({ meta }) => meta?.permission !== 'public')

describe('a procedure answers', () => {
  it.each(restricted)('$path: nobody without a session', async ({ path }) => {
    const { error } = await call(hospital.db, path, sampleInputs(absent)[path], { actor: null })
    expect(error?.data).toMatchObject({ code: 'unauthenticated', httpStatus: 401 })
  })

  it.each(staffRoles)('%s: forbidden for what the role may never do, whatever it names', async (role) => {
    const actor = actors.get(role) ?? null
    const refused = restricted.filter(({ meta }) => {
      const permissions = [meta?.permission].flat()
      return !permissions.some((one) => one === 'signed-in' || (one !== undefined && one in staffPermissions[role]))
    })
    expect(refused.length).toBeGreaterThan(0)
    for (const { path } of refused) {
      for (const ids of [absent, foreign]) {
        const { error } = await call(hospital.db, path, sampleInputs(ids)[path], { actor })
        expect({ path, code: error?.data.code }).toEqual({ path, code: 'forbidden' })
      }
    }
  })

  it('a platform administrator: forbidden for all that is a hospital’s or a patient’s own', async () => {
    const { userId } = await hospital.signUpPerson()
    await grantPlatformAdmin(hospital.as(systemActor('operator')), { user: userId, name: null })
    const { token } = await hospital.db.sessions.open({ userId, kind: 'person', userAgent: null })
    const session = await hospital.db.sessions.findFresh(token)
    const capacity = session?.capacities.find(({ as }) => as === 'platform')
    if (!session || !capacity) throw new Error('No platform capacity.')
    const actor: Actor = { ...session, kind: 'user', capacity }
    const refused = restricted.filter(({ meta }) => {
      const permissions = [meta?.permission].flat()
      return !permissions.some(
        (one) => one === 'signed-in' || (one !== undefined && one !== 'public' && platformPermissions.has(one)),
      )
    })
    expect(refused.length).toBeGreaterThan(40)
    for (const { path } of refused) {
      for (const ids of [absent, foreign]) {
        const { error } = await call(hospital.db, path, sampleInputs(ids)[path], { actor })
        expect({ path, code: error?.data.code }).toEqual({ path, code: 'forbidden' })
      }
    }
  })

  it.each(staffRoles)(
    '%s: exactly alike of what belongs to another hospital and of what is not there',
    async (role) => {
      const actor = actors.get(role) ?? null
      const naming = restricted.filter(
        ({ path }) => JSON.stringify(sampleInputs(absent)[path]) !== JSON.stringify(sampleInputs(foreign)[path]),
      )
      expect(naming.length).toBeGreaterThan(10)
      for (const { path } of naming) {
        const known = await call(hospital.db, path, sampleInputs(foreign)[path], { actor })
        const unknown = await call(hospital.db, path, sampleInputs(absent)[path], { actor })
        expect({ path, ...strip(known) }).toEqual({ path, ...strip(unknown) })
      }
    },
  )

  it('nurses who do not care for a patient like those of another hospital', async () => {
    const { patientId } = await hospital.admit()
    const stranger = await hospital.hire('nurse')
    const ids = { ...absent, patientId, wardId: hospital.wardId, membershipId: membershipOf(hospital.nurse) }
    for (const { path } of restricted.filter((one) => 'patientId' in Object(sampleInputs(absent)[one.path]))) {
      // What opens a stay asks for the hospital alone: whoever admits a patient need not care for them yet.
      if (path === 'admissions.admit') continue
      const [own, unknown] = [
        await call(hospital.db, path, sampleInputs(ids)[path], { actor: stranger }),
        await call(hospital.db, path, sampleInputs({ ...ids, patientId: uuidv7() })[path], { actor: stranger }),
      ]
      expect({ path, ...strip(own) }).toEqual({ path, ...strip(unknown) })
      expect(['not_found', 'forbidden']).toContain(own.error?.data.code)
    }
  })
})

/** The answer without what tells calls apart. */
function strip({ data, error }: Awaited<ReturnType<typeof call>>): object {
  return { isAnswered: error === undefined, data: error === undefined ? shape(data) : undefined, error }
}

/** Of an answer that makes something new, only whether there is one. */
function shape(data: unknown): unknown {
  return data !== null && typeof data === 'object' && ('id' in data || 'token' in data) ? 'made' : data
}
