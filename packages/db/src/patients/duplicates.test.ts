import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outcomesOf } from '../../test/held-transaction.ts'
import { type TestHospital, testHospital } from '../../test/hospital.ts'
import { signedUp } from '../../test/opened.ts'
import { admitPatient } from '../admissions/admit-patient.ts'
import { contextOf } from '../kernel/context.ts'
import { signUpHospital } from '../hospitals/sign-up-hospital.ts'
import { uuidv7 } from '../kernel/ids.ts'
import { type Actor, anonymous } from '../policy/actor.ts'
import { registerPatient, type RegisterPatientInput } from './register-patient.ts'
import { removePatient } from './remove-patient.ts'

let hospital: TestHospital
beforeAll(async () => {
  hospital = await testHospital()
})
afterAll(() => hospital[Symbol.asyncDispose]())

let day = 0
/** Somebody whom nobody is like. */
function person(): RegisterPatientInput {
  day += 1
  return {
    givenName: 'Theodora',
    familyName: 'Unverwechselbar',
    birthDate: new Date(Date.UTC(1950, 0, day)).toISOString().slice(0, 10),
    sex: 'female',
    phone: `+43660${String(1_000_000 + day)}`,
    email: `${uuidv7()}@example.org`,
  }
}

const register = (input: RegisterPatientInput, actor: Actor = hospital.admin) =>
  registerPatient(hospital.as(actor), input)
const warned = (input: RegisterPatientInput, actor?: Actor) =>
  register(input, actor).then(
    () => null,
    (error: { code: string; details: object }) => ({ code: error.code, ...error.details }),
  )
/** All fields another's, but for the birth date. */
const unlike = (one: RegisterPatientInput): RegisterPatientInput => ({
  ...person(),
  givenName: 'Wu',
  familyName: 'Li',
  birthDate: one.birthDate,
})

describe('registering somebody who seems to have a file already', () => {
  it('is answered with the files and what is alike, until it is said that this is somebody else', async () => {
    const one = person()
    const { id: patientId } = await register(one)
    const alike = { ...unlike(one), phone: `00${one.phone?.slice(1)}` }
    expect(await warned(alike)).toEqual({ code: 'possible_duplicate', candidates: [{ patientId, matches: ['phone'] }] })
    const withAddress = { ...unlike(one), email: one.email?.toUpperCase() }
    expect(await warned(withAddress)).toMatchObject({ candidates: [{ patientId, matches: ['email'] }] })
    expect(await warned(one)).toMatchObject({ candidates: [{ patientId, matches: ['email', 'name', 'phone'] }] })
    const { id: second } = await register({ ...one, confirmDistinct: true })
    expect(second).not.toBe(patientId)
    expect(await warned({ ...alike, phone: undefined })).toBeNull()
  })

  it.each([
    ['a letter wrong', { givenName: 'Teodora' }],
    ['given and family name exchanged', { givenName: 'Unverwechselbar', familyName: 'Theodora' }],
    ['a second family name', { familyName: 'Unverwechselbar-Muster' }],
    ['other capitals', { familyName: 'UNVERWECHSELBAR' }],
  ])('sees a like name on the same birth date: %s', async (_, change) => {
    const one = person()
    const { id: patientId } = await register(one)
    const again = { ...person(), birthDate: one.birthDate, ...change }
    expect(await warned(again)).toMatchObject({ candidates: [{ patientId, matches: ['name'] }] })
    expect(await warned({ ...again, ...person(), ...change })).toBeNull()
  })

  it('warns one of two who register the same person in the same moment', async () => {
    const one = person()
    const outcome = outcomesOf(await Promise.allSettled(Array.from({ length: 5 }, () => register(one))))
    expect(outcome).toEqual({ done: 1, codes: Array.from({ length: 4 }, () => 'possible_duplicate') })
  })

  it('tells nothing of whom the asker may not see: of another ward, of another hospital, or taken out', async () => {
    const one = person()
    const { id: patientId } = await register(one)
    const known = { candidates: [{ patientId }] }
    expect(await warned({ ...unlike(one), phone: one.phone }, await hospital.hire('front_desk'))).toMatchObject(known)
    expect(await warned({ ...unlike(one), phone: one.phone }, hospital.nurse)).toBeNull()
    await admitPatient(hospital.as(hospital.admin), { patientId, wardId: hospital.wardId })
    const candidates = await warned({ ...unlike(one), email: one.email }, hospital.nurse)
    expect(candidates).toMatchObject(known)

    const { db } = hospital
    const signUp = {
      hospital: { name: 'Elsewhere', timeZone: 'UTC' },
      admin: { name: 'Eve', email: `${uuidv7()}@example.org`, password: 'correct horse battery' },
    }
    const elsewhere = signedUp(await signUpHospital(contextOf({ actor: anonymous, db }), signUp))
    const { token } = await db.sessions.open({ userId: elsewhere.userId, kind: 'person', userAgent: null })
    const session = await db.sessions.findFresh(token)
    const [capacity = null] = session?.capacities ?? []
    if (!session) throw new Error('No session.')
    expect(await warned(one, { ...session, kind: 'user', capacity })).toBeNull()

    const gone = person()
    await removePatient(hospital.as(hospital.admin), { patientId: (await register(gone)).id })
    expect(await warned(gone)).toBeNull()
  })
})
