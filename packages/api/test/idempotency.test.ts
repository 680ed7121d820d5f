import { type Actor, grantPlatformAdmin, systemActor, uuidv7 } from '@chartwire/db'
import { membershipOf, type TestHospital, testHospital, testPassword } from '@chartwire/db/testing/hospital'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { unkeyedReasons } from '../src/kernel/trpc.ts'
import { call, procedures } from './procedures.ts'
import { type SampleIds, sampleInputs } from './sample-inputs.ts'

let hospital: TestHospital
beforeAll(async () => {
  hospital = await testHospital()
})
afterAll(() => hospital[Symbol.asyncDispose]())

const mutations = procedures.filter(({ type }) => type === 'mutation')
const keyed = mutations.filter(({ meta }) => meta?.isUnkeyed === undefined)

/** Keyed mutations that still lack a scene below; each is a replay nobody has seen. */
const unproven = new Set<string>([])

/** Who does it, and what they give: something that works once. */
interface Scene {
  actor: Actor | null
  input: unknown
}

async function made(path: string, input: unknown, actor: Actor = hospital.admin): Promise<string> {
  const { data, error } = await call(hospital.db, path, input, { actor })
  if (error) throw new Error(`${path}: ${error.message}`)
  return (data as { id: string }).id
}

/** A patient, a device and whatever else a mutation may name, used by nobody yet. */
async function freshIds(): Promise<SampleIds> {
  const { patientId } = await hospital.admit()
  const { wardId } = hospital
  const membershipId = membershipOf(await hospital.hire('nurse'))
  return {
    patientId,
    wardId,
    membershipId,
    deviceId: await made('devices.register', { serial: uuidv7(), kind: 'other' }),
    alarmId: await made('alarms.emergency', { patientId }, hospital.doctor),
    careTeamMemberId: await made('careTeam.assign', { membershipId, charge: { patientId } }),
    hospitalId: hospital.hospitalId,
    departmentId: await made('hospitals.createDepartment', { name: uuidv7() }),
    userId: (await hospital.signUpPerson()).userId,
  }
}

const { admin, clinician } = { admin: () => hospital.admin, clinician: () => hospital.doctor }

/** Where the sample input alone does not work, or not for the administrator. */
const scenes: Record<string, (ids: SampleIds) => Scene | Promise<Scene>> = {
  'admissions.admit': async ({ wardId }) => ({
    actor: admin(),
    input: { patientId: await register(), wardId },
  }),
  'alarms.emergency': ({ patientId }) => ({ actor: clinician(), input: { patientId } }),
  'alarms.acknowledge': ({ alarmId }) => ({ actor: clinician(), input: { alarmId } }),
  'alarms.resolve': ({ alarmId }) => ({ actor: clinician(), input: { alarmId } }),
  'alarms.snooze': async ({ patientId }) => ({
    actor: clinician(),
    input: { alarmId: await raiseWarning(patientId), minutes: 1 },
  }),
  'careTeam.assign': async ({ patientId }) => ({
    actor: admin(),
    input: { membershipId: membershipOf(await hospital.hire('nurse')), charge: { patientId } },
  }),
  'devices.register': () => ({ actor: admin(), input: { serial: uuidv7(), kind: 'other' } }),
  'devices.unassign': async ({ deviceId, patientId }) => {
    await made('devices.assign', { deviceId, patientId })
    return { actor: admin(), input: { deviceId, patientId } }
  },
  'doctors.update': async () => ({
    actor: admin(),
    input: { membershipId: membershipOf(await hospital.hire('doctor')), version: 1, designation: 'Consultant' },
  }),
  'doctors.updateOwn': async () => ({
    actor: await hospital.hire('doctor'),
    input: { version: 1, specialities: ['Cardiology'] },
  }),
  'hospitals.close': async () => {
    const signUp = {
      hospital: { name: uuidv7(), timeZone: 'UTC' },
      admin: { name: 'Eve', email: `${uuidv7()}@example.org`, password: testPassword },
    }
    const { data } = await call(hospital.db, 'hospitals.signUp', signUp, { actor: null })
    const { hospitalId } = data as { hospitalId: string }
    return { actor: await platform(), input: { hospitalId } }
  },
  'hospitals.revokeInvitation': async () => ({
    actor: admin(),
    input: { invitationId: await made('hospitals.invite', { email: `${uuidv7()}@example.org`, role: 'nurse' }) },
  }),
  'hospitals.update': async ({ hospitalId }) => {
    const { data } = await call(hospital.db, 'hospitals.get', { hospitalId }, { actor: admin() })
    const { version } = data as { version: number }
    return { actor: admin(), input: { hospitalId, version, city: 'Vienna' } }
  },
  'identity.changeEmail': async () => ({
    actor: (await hospital.signUpPerson()).actor,
    input: { email: `${uuidv7()}@example.org`, password: testPassword },
  }),
  'registrations.redeem': async () => {
    const { actor } = await hospital.signUpPerson()
    const { data } = await call(hospital.db, 'registrations.offer', undefined, { actor })
    const { code } = data as { code: string }
    return { actor: admin(), input: { code } }
  },
  'users.disable': async ({ userId }) => ({ actor: await platform(), input: { userId } }),
  'users.enable': async ({ userId }) => {
    const actor = await platform()
    const { error } = await call(hospital.db, 'users.disable', { userId }, { actor })
    if (error) throw new Error(error.message)
    return { actor, input: { userId } }
  },
  'users.sendReset': async ({ userId }) => ({ actor: await platform(), input: { userId } }),
  'identity.acceptInvitation': async () => {
    const { data } = await call(
      hospital.db,
      'hospitals.invite',
      { email: `${uuidv7()}@example.org`, role: 'nurse' },
      { actor: admin() },
    )
    const { token } = data as { token: string }
    return { actor: null, input: { token, name: 'Nora', password: testPassword } }
  },
  'patients.remove': async () => ({ actor: admin(), input: { patientId: await register() } }),
  'thresholds.set': ({ patientId }) => ({ actor: clinician(), input: threshold(patientId) }),
  'thresholds.clear': async ({ patientId }) => {
    const set = await call(hospital.db, 'thresholds.set', threshold(patientId), { actor: clinician() })
    if (set.error) throw new Error(set.error.message)
    return { actor: clinician(), input: { patientId, parameter: 'heartRate', level: 'warning' } }
  },
}

const threshold = (patientId: string) => ({
  patientId,
  parameter: 'heartRate',
  level: 'warning',
  low: 45,
  high: 115,
  exitMargin: 2,
  dwellSeconds: 20,
})

const register = () =>
  made('patients.register', { givenName: 'Maria', familyName: 'Muster', birthDate: '1966-03-14', sex: 'female' })

/** Somebody new who runs the platform. */
async function platform(): Promise<Actor> {
  const operator = hospital.as(systemActor('operator'))
  const { userId } = await grantPlatformAdmin(operator, { user: `${uuidv7()}@example.org`, name: 'Petra' })
  return hospital.actorOfUser(userId)
}

/** An alarm of the kind that may be silenced. */
async function raiseWarning(patientId: string): Promise<string> {
  const id = uuidv7()
  await hospital.db.sql({
    text: `insert into alarm (id, hospital_id, patient_id, admission_id, ward_id, rule, level, status, raised_at, created_at, last_announced_at)
           select $1, hospital_id, patient_id, id, ward_id, 'heartRate:high', 'warning', 'raised', now(), now(), now()
             from admission where patient_id = $2`,
    values: [id, patientId],
  })
  return id
}

/** Everything that was ever written down of what was done: a second effect would be one more. */
async function effects(): Promise<number> {
  await hospital.db.readLog.settled()
  const [row] = await hospital.db.sql<{ count: number }>({ text: 'select count(*)::int count from audit_entry' })
  return row?.count ?? -1
}

describe('an idempotency key', () => {
  it.each(keyed.filter(({ path }) => !unproven.has(path)))(
    '$path: the same request again gets the same answer and does nothing; another gets a conflict',
    async ({ path }) => {
      const ids = await freshIds()
      const { actor, input } = (await scenes[path]?.(ids)) ?? { actor: admin(), input: sampleInputs(ids)[path] }
      const key = { actor, idempotencyKey: uuidv7() }
      const before = await effects()
      const first = await call(hospital.db, path, input, key)
      expect({ path, error: first.error, hint: 'Without a scene in this file?' }).toMatchObject({ error: undefined })
      const after = await effects()
      expect(after).toBeGreaterThan(before)
      // In another order it is the same request.
      const again = Object.fromEntries(Object.entries(input as object).toReversed())
      expect(await call(hospital.db, path, again, key)).toEqual(first)
      expect(await effects()).toBe(after)
      // As if another request had come first with this key.
      await hospital.db.sql({
        text: `update idempotency_key set input_hash = '\\x00' where key = $1 and procedure = $2`,
        values: [key.idempotencyKey, path],
      })
      const other = await call(hospital.db, path, input, key)
      expect(other.error?.data).toMatchObject({ code: 'idempotency_key_reused', httpStatus: 409, retryable: false })
      expect(await effects()).toBe(after)
    },
  )

  it('is asked for by every mutation, or the mutation says why not', () => {
    const reasons = new Set<string>(unkeyedReasons)
    expect(mutations.length).toBeGreaterThan(20)
    for (const { path, meta } of mutations) {
      const reason = meta?.isUnkeyed
      expect({ path, isKnown: reason === undefined || reasons.has(reason) }).toEqual({ path, isKnown: true })
    }
    expect([...unproven].filter((path) => !keyed.some((one) => one.path === path))).toEqual([])
  })

  it('holds no trace of the input that could be guessed from a dump', async () => {
    const key = uuidv7()
    const password = `correct horse ${uuidv7()}`
    const input = {
      hospital: { name: uuidv7(), timeZone: 'UTC' },
      admin: { name: 'Ada', email: `${uuidv7()}@example.org`, password },
    }
    await call(hospital.db, 'hospitals.signUp', input, { actor: null, idempotencyKey: key })
    const [row] = await hospital.db.sql<{ inputHash: Buffer }>({
      text: `select input_hash "inputHash" from idempotency_key where key = $1`,
      values: [key],
    })
    const { createHash } = await import('node:crypto')
    const canonical = JSON.stringify({
      admin: { email: input.admin.email, name: input.admin.name, password },
      hospital: input.hospital,
    })
    const bare = createHash('sha256').update(canonical).digest('hex')
    expect(row?.inputHash.toString('hex')).toHaveLength(64)
    expect(row?.inputHash.toString('hex')).not.toBe(bare)
  })
})
