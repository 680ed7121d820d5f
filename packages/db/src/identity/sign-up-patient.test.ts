import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outcomesOf } from '../../test/held-transaction.ts'
import { type TestHospital, testHospital, testPassword } from '../../test/hospital.ts'
import { signedUp } from '../../test/opened.ts'
import { patientLogin } from '../../test/patient-login.ts'
import { listCareTeam } from '../care-team/care-team.ts'
import { uuidv7 } from '../kernel/ids.ts'
import { revokeAccess } from '../patient-access/change-access.ts'
import { getPatient } from '../patients/get-patient.ts'
import { anonymous } from '../policy/actor.ts'
import { listOwnRegistrations, offerRegistration, redeemOffer } from '../registrations/registrations.ts'
import { readSummary } from '../vitals/read-bedside.ts'
import { signUpPatient } from './sign-up-patient.ts'

let hospital: TestHospital
beforeAll(async () => {
  hospital = await testHospital()
})
afterAll(() => hospital[Symbol.asyncDispose]())

const person = { givenName: 'Maria', familyName: 'Muster', birthDate: '1966-03-14', sex: 'female' } as const

async function counts(): Promise<unknown> {
  const [row] = await hospital.db.sql({
    text: `select (select count(*)::int from app_user) users, (select count(*)::int from patient) patients,
                  (select count(*)::int from patient_access) accesses`,
  })
  return row
}

describe('a patient who signs up', () => {
  it('is a new person, whoever else bears the same name and birthday, and sees nothing of them', async () => {
    const { patientId } = await hospital.admit()
    const signUp = { ...person, email: `${uuidv7()}@example.org`, password: testPassword }
    const { userId, patientId: own } = signedUp(await signUpPatient(hospital.as(anonymous), signUp))
    expect(own).not.toBe(patientId)
    const self = hospital.as(await hospital.actorOfUser(userId))
    await expect(getPatient(self, { patientId })).rejects.toMatchObject({ code: 'not_found' })
    expect(await listOwnRegistrations(self)).toEqual([])
    // Their own data is theirs before any hospital has made a file.
    expect(await getPatient(self, { patientId: own })).toMatchObject({ ...person, mrn: null, wardId: null })
    expect(await readSummary(self, { patientId: own })).toMatchObject({
      patient: { mrn: null },
      readings: 0,
      tile: null,
    })
    // Nor does any hospital see the newcomer.
    await expect(getPatient(hospital.as(hospital.admin), { patientId: own })).rejects.toMatchObject({
      code: 'not_found',
    })
  })

  it('gets login, person and relation together or not at all', async () => {
    const taken = await hospital.signUpPerson()
    const before = await counts()
    const tries = [
      { ...person, email: taken.email, password: testPassword },
      { ...person, email: `${uuidv7()}@example.org`, password: 'short' },
      { ...person, email: `${uuidv7()}@example.org`, password: testPassword, birthDate: '2150-01-01' },
      { ...person, email: 'no address', password: testPassword },
    ]
    const codes = await Promise.all(
      tries.map((input) => signUpPatient(hospital.as(anonymous), input).catch(({ code }) => code as string)),
    )
    expect(codes).toEqual(['email_taken', 'password_weak', 'invalid', 'invalid'])
    expect(await counts()).toEqual(before)
  })

  it('gets no role by asking for one: there is no field for it, and staff permissions are refused', async () => {
    const { actor } = await hospital.signUpPerson()
    expect(actor).toMatchObject({ capacities: [{ as: 'patient', relation: 'self' }] })
    await expect(redeemOffer(hospital.as(actor), { code: 'ABCD' })).rejects.toMatchObject({ code: 'forbidden' })
  })
})

describe('an offer of registration', () => {
  it('opens a file for that very person, once, however many redeem it', async () => {
    const { actor, patientId } = await hospital.signUpPerson()
    const { code } = await offerRegistration(hospital.as(actor))
    const admin = hospital.as(hospital.admin)
    const spelt = code.toLowerCase().replaceAll('-', ' ')
    const tries = await Promise.allSettled(Array.from({ length: 4 }, () => redeemOffer(admin, { code: spelt })))
    const opened = tries.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    expect(opened).toMatchObject([{ id: patientId }])
    expect(await getPatient(admin, { patientId })).toMatchObject({ mrn: opened[0]?.mrn })
    expect(await listOwnRegistrations(hospital.as(actor))).toMatchObject([
      { hospitalId: hospital.hospitalId, mrn: opened[0]?.mrn, grantedBy: 'offer' },
    ])
    expect(await listCareTeam(hospital.as(actor), { patientId })).toEqual([])
  })

  it('is for who stands in for the patient to make; who only looks on, or lost access since, offers nobody', async () => {
    const { patientId } = await hospital.admit()
    const [friend, parent] = [
      await patientLogin(hospital, { patientId, relation: 'other' }),
      await patientLogin(hospital, { patientId, relation: 'parent' }),
    ]
    await expect(offerRegistration(hospital.as(friend.actor))).rejects.toMatchObject({ code: 'forbidden' })
    await using elsewhere = await testHospital({ beside: hospital })
    const { code } = await offerRegistration(hospital.as(parent.actor))
    await revokeAccess(hospital.as(hospital.admin), { patientId, accessId: parent.accessId })
    const desk = elsewhere.as(elsewhere.admin)
    await expect(redeemOffer(desk, { code })).rejects.toMatchObject({ code: 'offer_invalid' })
    await expect(getPatient(desk, { patientId })).rejects.toMatchObject({ code: 'not_found' })
  })

  it('cannot be invented, kept for long, or used for a second file', async () => {
    const { actor } = await hospital.signUpPerson()
    const desk = hospital.as(await hospital.hire('front_desk'))
    await expect(redeemOffer(desk, { code: 'AAAA-BBBB-CCCC' })).rejects.toMatchObject({ code: 'offer_invalid' })
    const tries = Array.from({ length: 10 }, () => redeemOffer(desk, { code: 'AAAA-BBBB-CCCC' }))
    expect(outcomesOf(await Promise.allSettled(tries)).codes).toContain('too_many')
    hospital.clock.advance(600)
    const late = await offerRegistration(hospital.as(actor))
    hospital.clock.advance(15 * 60)
    await expect(redeemOffer(desk, { code: late.code })).rejects.toMatchObject({ code: 'offer_invalid' })
    await redeemOffer(desk, { code: (await offerRegistration(hospital.as(actor))).code })
    const again = await offerRegistration(hospital.as(actor))
    await expect(redeemOffer(desk, { code: again.code })).rejects.toMatchObject({ code: 'conflict' })
  })
})
