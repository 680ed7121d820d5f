import { uuidv7 } from '@chartwire/db'
import { type TestHospital, testHospital } from '@chartwire/db/testing/hospital'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call, procedures } from './procedures.ts'
import { absentIds, sampleInputs } from './sample-inputs.ts'

let hospital: TestHospital
let inputs: Record<string, unknown>
beforeAll(async () => {
  hospital = await testHospital()
  const { patientId } = await hospital.admit()
  const { wardId } = hospital
  inputs = sampleInputs({ ...absentIds(), patientId, wardId, hospitalId: hospital.hospitalId })
})
afterAll(() => hospital[Symbol.asyncDispose]())

/** What people and programs send that is none of what was asked for. */
const hostile: unknown[] = [
  '',
  '\u0000',
  'nul\u0000inside',
  'half a pair \ud800',
  'x'.repeat(200_000),
  'secret-of-the-patient',
  "'; drop table patient; --",
  '__proto__',
  '0000-01-01',
  '0000-01-01T00:00:00Z',
  '9999-99-99T99:99:99Z/ffffffff-ffff-ffff-ffff-ffffffffffff',
  '1:99999999999999999999:',
  '5:9:3',
  -1,
  0.5,
  1e-50,
  1e300,
  Number.MAX_SAFE_INTEGER,
  null,
  true,
  [],
  {},
  { patientId: '__proto__', constructor: 1 },
]

/** Every input made from a right one by putting something wrong in one place, or one thing too many. */
function* spoilt(input: unknown, wrong: unknown): Generator {
  yield wrong
  if (Array.isArray(input)) {
    for (const [index, item] of input.entries()) {
      for (const changed of spoilt(item, wrong)) yield input.with(index, changed)
    }
  } else if (input !== null && typeof input === 'object') {
    for (const [field, value] of Object.entries(input)) {
      for (const changed of spoilt(value, wrong)) yield { ...input, [field]: changed }
    }
    yield { ...input, [String(wrong).slice(0, 50)]: 1 }
  }
}

// Signing up and in hash passwords, which is slow by design; their fields are the same as elsewhere.
const slow = new Set([
  'hospitals.signUp',
  'identity.signIn',
  'identity.acceptInvitation',
  'identity.signUpPatient',
  'identity.changePassword',
])

describe('bad input', () => {
  it.each(procedures.filter(({ path }) => !slow.has(path)))(
    '$path: is answered by a typed error that names the field and repeats nothing',
    async ({ path }) => {
      const actor =
        /^(vitals\.|alarms\.|visits\.|cases\.|careTeam|patients\.(history|profile)|thresholds|doctors\.(own|updateOwn|presence|setPresence))/.test(
          path,
        )
          ? hospital.doctor
          : hospital.admin
      const wrong: unknown[] = []
      for (const value of hostile) {
        for (const input of spoilt(inputs[path], value)) {
          if (path === 'identity.signOut') continue
          const { error } = await call(hospital.db, path, input, { actor })
          if (!error) continue
          const text = JSON.stringify(error)
          const repeats = typeof value === 'string' && value.length > 8 && text.includes(value.slice(0, 40))
          const isVague =
            error.data.code === 'invalid' &&
            error.data.field === undefined &&
            !/^input|too|expected/i.test(error.message)
          if (error.data.code === 'internal' || repeats || isVague || text.length > 4_000) {
            wrong.push({ input: JSON.stringify(input)?.slice(0, 200), error: text.slice(0, 300) })
          }
        }
      }
      expect(wrong).toEqual([])
    },
  )

  it('in one row of a batch is that row’s refusal, with its field', async () => {
    const patientId = (await hospital.admit()).patientId
    const at = new Date().toISOString()
    const good = { patientId, at, heartRate: 70 }
    const rows: [unknown, string][] = [
      [{ ...good, heartRate: 'fast' }, 'heartRate'],
      [{ ...good, heartRate: 1e9 }, 'heartRate'],
      [{ ...good, at: 'yesterday' }, 'at'],
      [{ ...good, device: 'a\u0000b' }, 'device'],
      [{ patientId, at }, 'heartRate'],
      [{ at, heartRate: 70 }, 'patientId'],
      [{ ...good, mrn: '1' }, 'patientId'],
      [{ ...good, bloodPressure: '120' }, 'bloodPressure'],
      [{ ...good, bloodPressure: '120/80', systolic: 120 }, 'bloodPressure'],
      [{ ...good, pulse: 70 }, 'unknown field'],
      [{ ...good, temperature: 98.6, temperatureUnit: 'F' }, 'temperatureUnit'],
      [null, ''],
      [[], ''],
    ]
    const { data } = await call(
      hospital.db,
      'vitals.record',
      { readings: [...rows.map(([row]) => row), good, { ...good, at: Date.now() - 1000, heartRate: 1e-50 }] },
      { actor: hospital.gateway },
    )
    expect(data).toMatchObject({ refused: rows.length, stored: 1, flagged: 1 })
    const { exceptions } = data as { exceptions: { index: number; field?: string; code?: string }[] }
    expect(exceptions.filter(({ code }) => code === 'invalid').map(({ index, field }) => [index, field])).toEqual(
      rows.map(([, field], index) => [index, field]),
    )
  })

  it('takes both units, both forms of a pressure and any spelling of an id', async () => {
    const { patientId } = await hospital.admit()
    const { data } = await call(
      hospital.db,
      'vitals.record',
      {
        readings: [
          {
            patientId: patientId.toUpperCase(),
            at: Date.now(),
            temperature: 98.6,
            temperatureUnit: '[degF]',
            bloodPressure: '120/80',
          },
        ],
      },
      { actor: hospital.gateway },
    )
    expect(data).toMatchObject({ stored: 1 })
    const { data: tile } = await call(
      hospital.db,
      'vitals.latest',
      { patientId: patientId.toUpperCase() },
      { actor: hospital.nurse },
    )
    expect(tile).toMatchObject({
      latest: { temperature: { value: 37 }, systolic: { value: 120 }, diastolic: { value: 80 } },
    })
  })

  it('as an idempotency key is refused, never ignored', async () => {
    const input = { name: `Ward ${uuidv7()}` }
    for (const idempotencyKey of ['short', 'with spaces in it', 'x'.repeat(129)]) {
      const { error } = await call(hospital.db, 'hospitals.createWard', input, {
        actor: hospital.admin,
        idempotencyKey,
      })
      expect(error?.data).toMatchObject({ code: 'invalid', field: 'idempotencyKey' })
    }
    const key = { actor: hospital.admin, idempotencyKey: uuidv7() }
    const first = await call(hospital.db, 'hospitals.createWard', input, key)
    expect(await call(hospital.db, 'hospitals.createWard', input, key)).toEqual(first)
    const { error } = await call(hospital.db, 'hospitals.createWard', { name: 'Another' }, key)
    expect(error?.data).toMatchObject({ code: 'idempotency_key_reused', field: 'idempotencyKey', httpStatus: 409 })
  })
})
