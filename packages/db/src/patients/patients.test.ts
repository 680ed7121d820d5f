import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { holdTransaction, outcomesOf } from '../../test/held-transaction.ts'
import { type TestHospital, testHospital } from '../../test/hospital.ts'
import { patientLogin } from '../../test/patient-login.ts'
import { everyone, someone } from '../../test/people.ts'
import { admitPatient } from '../admissions/admit-patient.ts'
import { dischargePatient } from '../admissions/discharge-patient.ts'
import { listCareTeam } from '../care-team/care-team.ts'
import { offerRegistration, redeemOffer } from '../registrations/registrations.ts'
import { getHistory, getPatient } from './get-patient.ts'
import { listHospitalsOfPatient } from './list-hospitals-of-patient.ts'
import { listPatients } from './list-patients.ts'
import { registerPatient } from './register-patient.ts'
import { removePatient } from './remove-patient.ts'
import { updatePatient } from './update-patient.ts'

let hospital: TestHospital
beforeAll(async () => {
  hospital = await testHospital()
})
afterAll(() => hospital[Symbol.asyncDispose]())

const admin = () => hospital.as(hospital.admin)

describe('a birth date', () => {
  it('is today by the hospital’s clock, and never tomorrow', async () => {
    await using house = await testHospital()
    const register = (birthDate: string) => registerPatient(house.as(house.admin), { ...someone, birthDate })
    house.clock.now = new Date('2026-06-30T20:00:00Z')
    for (const [timeZone, today, tomorrow] of [
      ['Asia/Tokyo', '2026-07-01', '2026-07-02'],
      ['America/Los_Angeles', '2026-06-30', '2026-07-01'],
    ] as const) {
      await house.db.sql({
        text: 'update hospital set time_zone = $2 where id = $1',
        values: [house.hospitalId, timeZone],
      })
      const { id: patientId } = await register(today)
      await expect(register(tomorrow)).rejects.toMatchObject({ code: 'invalid', details: { field: 'birthDate' } })
      const late = updatePatient(house.as(house.admin), { patientId, version: 1, birthDate: tomorrow })
      await expect(late).rejects.toMatchObject({ code: 'invalid', details: { field: 'birthDate' } })
    }
  })
})

describe('a patient’s file', () => {
  it('leaves nothing behind when its registration is refused', async () => {
    await registerPatient(admin(), { ...someone, mrn: 'ONCE' })
    const count = async () =>
      (await hospital.db.sql<{ n: number }>({ text: 'select count(*)::int n from patient' }))[0]?.n
    const before = await count()
    await expect(registerPatient(admin(), { ...someone, mrn: 'ONCE' })).rejects.toMatchObject({ code: 'mrn_taken' })
    await expect(registerPatient(admin(), { ...someone, birthDate: '2999-01-01' })).rejects.toMatchObject({
      code: 'invalid',
      details: { field: 'birthDate' },
    })
    await expect(registerPatient(admin(), { ...someone, phone: 'no number' })).rejects.toMatchObject({
      code: 'invalid',
      details: { field: 'phone' },
    })
    expect(await count()).toBe(before)
  })

  it('gives back what was said of the patient, in normal form, and keeps all of it unreadable in the database', async () => {
    const told = {
      ...someone,
      phone: '0043 (0)660 765-43 21',
      email: ' Maria.Muster@Example.ORG ',
      address: { street: 'Lindengasse 7', city: 'Wien', country: 'AT' },
      emergencyContact: { name: 'Moritz Muster', phone: '+43 1 58058 0', relation: 'husband' },
      priorCare: { sawAnotherDoctor: true, doctorName: 'Dr. Vorher', response: 'worsened' as const },
      bloodGroup: 'AB-' as const,
      heightCm: 168.5,
      weightKg: 71,
    }
    const { id: patientId } = await registerPatient(admin(), told)
    await admitPatient(admin(), { patientId, wardId: hospital.wardId })
    expect(await getPatient(admin(), { patientId })).toMatchObject({
      phone: '+436607654321',
      email: 'maria.muster@example.org',
      address: told.address,
      emergencyContact: { ...told.emergencyContact, phone: '+431580580' },
      formerMrns: [],
    })
    expect(await getHistory(hospital.as(hospital.nurse), { patientId })).toEqual({
      patientId,
      history: null,
      priorCare: told.priorCare,
      bloodGroup: 'AB-',
      heightCm: 168.5,
      weightKg: 71,
      version: 1,
      former: [],
    })
    const [row] = await hospital.db.sql<{ text: string }>({
      text: `select coalesce(string_agg(encode(c.value, 'escape'), '/'), '') || (p::text) as text from patient p,
               lateral (values (p.phone_cipher), (p.email_cipher), (p.address_cipher), (p.emergency_contact_cipher),
                               (p.prior_care_cipher)) c(value) where p.id = $1 group by p.*`,
      values: [patientId],
    })
    expect(row?.text).toMatch(/Muster/)
    expect(row?.text).not.toMatch(/7654321|example\.org|Lindengasse|Moritz|Vorher|worsened/i)
    // Taking a value out takes its index along.
    await updatePatient(admin(), { patientId, version: 1, phone: null, email: null, address: null })
    expect(await getPatient(admin(), { patientId })).toMatchObject({ phone: null, email: null, address: null })
    expect((await listPatients(admin(), { ...everyone, phone: '+436607654321' })).items).toEqual([])
  })

  it('refuses a number or an address that is none, and names the field', async () => {
    const wrong = { phone: '+43 1', email: 'nobody', emergencyContact: { name: 'M', phone: '0660 1234567' } }
    for (const [field, value] of Object.entries(wrong)) {
      await expect(registerPatient(admin(), { ...someone, [field]: value })).rejects.toMatchObject({
        code: 'invalid',
        details: { field: field === 'emergencyContact' ? 'emergencyContact.phone' : field },
      })
    }
  })

  it('keeps history and phone unreadable in the database, and gives them back to the care team', async () => {
    const { id } = await registerPatient(admin(), {
      ...someone,
      history: 'Penicillin allergy',
      phone: '+43 660 1234567',
    })
    await admitPatient(admin(), { patientId: id, wardId: hospital.wardId })
    const rows = await hospital.db.sql<{ text: string }>({
      text: `select encode(history_cipher, 'escape') || encode(phone_cipher, 'escape') || encode(phone_index, 'escape') as text
               from patient where id = $1`,
      values: [id],
    })
    expect(rows[0]?.text).not.toMatch(/Penicillin|1234567/)
    expect(await getHistory(hospital.as(hospital.nurse), { patientId: id })).toMatchObject({
      history: 'Penicillin allergy',
    })
  })

  it('is changed by one of two who read the same version; the other is told', async () => {
    const { patientId } = await hospital.admit()
    const { version } = await getPatient(admin(), { patientId })
    const names = ['Anna', 'Berta', 'Clara', 'Dora']
    const outcome = outcomesOf(
      await Promise.allSettled(names.map((givenName) => updatePatient(admin(), { patientId, version, givenName }))),
    )
    expect(outcome).toEqual({ done: 1, codes: ['stale_version', 'stale_version', 'stale_version'] })
    expect(await getPatient(admin(), { patientId })).toMatchObject({ version: version + 1 })
  })

  it('lets the patient, a parent or a guardian change how the patient is reached, and nothing else', async () => {
    const { patientId } = await hospital.admit()
    const self = await patientLogin(hospital, { patientId })
    const spouse = await patientLogin(hospital, { patientId, relation: 'spouse' })
    const { version } = await updatePatient(hospital.as(self.actor), {
      patientId,
      version: 1,
      phone: '+436601230001',
      emergencyContact: { name: 'Moritz', phone: '+436601230002' },
    })
    expect(await getPatient(hospital.as(self.actor), { patientId })).toMatchObject({ phone: '+436601230001', version })
    for (const change of [{ familyName: 'Neu' }, { birthDate: '1970-01-01' }, { history: 'x' }, { weightKg: 60 }]) {
      await expect(
        updatePatient(hospital.as(self.actor), { patientId, version, phone: null, ...change }),
      ).rejects.toMatchObject({ code: 'forbidden' })
    }
    await expect(updatePatient(hospital.as(spouse.actor), { patientId, version, phone: null })).rejects.toMatchObject({
      code: 'forbidden',
    })
    const { patientId: another } = await hospital.admit()
    await expect(
      updatePatient(hospital.as(self.actor), { patientId: another, version: 1, phone: null }),
    ).rejects.toMatchObject({ code: 'not_found' })
  })

  it('names its hospitals and its care team to the patient, and to staff their own', async () => {
    const { patientId } = await hospital.admit()
    const self = await patientLogin(hospital, { patientId })
    const [own] = await listHospitalsOfPatient(hospital.as(self.actor), { patientId })
    expect(own).toMatchObject({ hospitalId: hospital.hospitalId })
    expect(await listHospitalsOfPatient(admin(), { patientId })).toEqual([own])
    const team = await listCareTeam(hospital.as(self.actor), { patientId })
    expect(team.map(({ name, through }) => [name, through])).toEqual([
      ['Test doctor', 'ward'],
      ['Test nurse', 'ward'],
    ])
  })

  it('says to the patient where they lie, also where another hospital had a file first', async () => {
    await using second = await testHospital({ beside: hospital })
    const person = await hospital.signUpPerson()
    for (const house of [hospital, second]) {
      const { code } = await offerRegistration(hospital.as(person.actor))
      await redeemOffer(house.as(house.admin), { code })
    }
    const { patientId } = person
    await admitPatient(second.as(second.admin), { patientId, wardId: second.wardId, bed: 'b7' })
    expect(await getPatient(hospital.as(person.actor), { patientId })).toMatchObject({ bed: 'b7' })
  })

  it('gives its history to clinicians alone, also to write', async () => {
    const { patientId } = await hospital.admit()
    await expect(updatePatient(admin(), { patientId, version: 1, history: 'x' })).rejects.toMatchObject({
      code: 'forbidden',
    })
    await updatePatient(hospital.as(hospital.nurse), { patientId, version: 1, history: 'Asthma' })
    expect(await getHistory(hospital.as(hospital.doctor), { patientId })).toMatchObject({
      history: 'Asthma',
      version: 2,
    })
  })

  it('cannot be taken out while the patient lies in a bed, nor admitted while it is taken out', async () => {
    const { patientId } = await hospital.admit()
    await expect(removePatient(admin(), { patientId })).rejects.toMatchObject({ code: 'already_admitted' })
    await dischargePatient(admin(), { patientId })
    await using held = await holdTransaction(hospital.url)
    await held.sql({ text: 'update registration set removed_at = now() where patient_id = $1', values: [patientId] })
    const admitting = admitPatient(admin(), { patientId, wardId: hospital.wardId }).catch((error: unknown) => error)
    await held.isWaitedFor()
    await held.commit()
    expect(await admitting).toMatchObject({ code: 'not_found' })
  })

  it('that was taken out is found by nobody, and its number is not given again', async () => {
    const { id, mrn } = await registerPatient(admin(), { ...someone, familyName: 'Vergessen' })
    await removePatient(admin(), { patientId: id })
    await expect(getPatient(admin(), { patientId: id })).rejects.toMatchObject({ code: 'not_found' })
    expect((await listPatients(admin(), { ...everyone, name: 'Vergessen' })).items).toEqual([])
    await expect(registerPatient(admin(), { ...someone, mrn })).rejects.toMatchObject({ code: 'mrn_taken' })
  })
})
