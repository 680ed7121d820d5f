import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outcomesOf } from '../../test/held-transaction.ts'
import { membershipOf, type TestHospital, testHospital } from '../../test/hospital.ts'
import { assignCareTeam, endCareTeam, listCareTeam } from '../care-team/care-team.ts'
import { endMembership } from '../hospitals/end-membership.ts'
import { uuidv7 } from '../kernel/ids.ts'
import type { Actor } from '../policy/actor.ts'
import { listDoctorPatients } from './list-doctor-patients.ts'
import { getPresence, presenceMinutes, setPresence } from './presence.ts'
import {
  type DoctorFilter,
  getDoctor,
  getListedDoctor,
  getOwnDoctor,
  listDoctorDirectory,
  listDoctorHospitals,
  listDoctors,
} from './read-doctors.ts'
import { updateDoctor, updateOwnDoctor } from './update-doctor.ts'

let hospital: TestHospital
let patient: Actor
beforeAll(async () => {
  hospital = await testHospital()
  patient = (await hospital.signUpPerson()).actor
})
afterAll(() => hospital[Symbol.asyncDispose]())
const admin = () => hospital.as(hospital.admin)

const all: DoctorFilter = {
  search: null,
  speciality: null,
  departmentId: null,
  available: null,
  online: null,
  after: null,
  limit: 50,
}
const idsOf = (page: { items: { membershipId: string }[] }) => page.items.map(({ membershipId }) => membershipId)

describe('a doctor’s profile', () => {
  it('is changed by the doctor, and in what the hospital vouches for by an administrator alone', async () => {
    const doctor = await hospital.hire('doctor')
    const membershipId = membershipOf(doctor)
    const own = {
      specialities: ['Cardiology', 'Cardiology', 'Sports medicine'],
      bio: 'Twenty years of hearts.',
      qualifications: [{ title: 'MD', year: 1999 }],
      shift: { start: '22:00', end: '06:00' },
      labContacts: [{ name: 'City Lab', phone: '0043 660 1234567' }],
      aiEnabled: false,
      isAvailable: false,
    }
    const { version } = await updateOwnDoctor(hospital.as(doctor), { version: 1, ...own })
    await updateDoctor(admin(), { membershipId, version, licenceNumber: 'AT-77.12', designation: 'Consultant' })
    expect(await getOwnDoctor(hospital.as(doctor))).toMatchObject({
      ...own,
      specialities: ['Cardiology', 'Sports medicine'],
      labContacts: [{ name: 'City Lab', phone: '+436601234567' }],
      licenceNumber: 'AT-77.12',
      designation: 'Consultant',
      presence: { online: false, lastSeenAt: null },
    })
    await expect(updateDoctor(hospital.as(doctor), { membershipId, version: 3 })).rejects.toMatchObject({
      code: 'forbidden',
    })
    await expect(updateOwnDoctor(hospital.as(hospital.nurse), { version: 1 })).rejects.toMatchObject({
      code: 'forbidden',
    })
    await expect(updateOwnDoctor(hospital.as(doctor), { version: 1, bio: null })).rejects.toMatchObject({
      code: 'stale_version',
    })
    const rows = await hospital.db.sql<{ text: string }>({
      text: 'select to_jsonb(d)::text as text from doctor_profile d',
    })
    expect(rows.filter(({ text }) => text.includes('AT-77.12') || text.includes('6601234567'))).toEqual([])
  })

  it('has a licence number that no colleague has, however it is spelt and whoever is first', async () => {
    const [one, two] = [membershipOf(await hospital.hire('doctor')), membershipOf(await hospital.hire('doctor'))]
    const both = [
      updateDoctor(admin(), { membershipId: one, version: 1, licenceNumber: 'L-123 a' }),
      updateDoctor(admin(), { membershipId: two, version: 1, licenceNumber: 'l123A' }),
    ]
    expect(outcomesOf(await Promise.allSettled(both))).toEqual({ done: 1, codes: ['licence_taken'] })
    await using elsewhere = await testHospital()
    const foreign = membershipOf(elsewhere.doctor)
    await updateDoctor(elsewhere.as(elsewhere.admin), { membershipId: foreign, version: 1, licenceNumber: 'L-123A' })
  })

  it('of another hospital, or of whoever is no doctor, is not there', async () => {
    await using elsewhere = await testHospital()
    for (const membershipId of [membershipOf(elsewhere.doctor), membershipOf(hospital.nurse), uuidv7()]) {
      const absent = { code: 'not_found', message: 'No such doctor.' }
      await expect(getDoctor(admin(), { membershipId })).rejects.toMatchObject(absent)
      await expect(updateDoctor(admin(), { membershipId, version: 1 })).rejects.toMatchObject(absent)
      await expect(listDoctorHospitals(admin(), { membershipId: uuidv7() })).rejects.toMatchObject(absent)
    }
  })
})

describe('presence', () => {
  it('is said by the doctor, and runs out by itself', async () => {
    const doctor = await hospital.hire('doctor')
    const [ctx, membershipId] = [hospital.as(doctor), membershipOf(doctor)]
    const online = async () => idsOf(await listDoctors(admin(), { ...all, online: true })).includes(membershipId)
    expect(await getPresence(ctx)).toEqual({ online: false, lastSeenAt: null })
    await setPresence(ctx, { online: true })
    const seen = { lastSeenAt: hospital.clock.now.toISOString() }
    expect(await getPresence(ctx)).toEqual({ online: true, ...seen })
    expect(await online()).toBe(true)
    hospital.clock.advance(presenceMinutes * 60)
    expect(await getPresence(ctx)).toEqual({ online: false, ...seen })
    expect(await online()).toBe(false)
    await setPresence(ctx, { online: true })
    await setPresence(ctx, { online: false })
    expect(await online()).toBe(false)
    await expect(setPresence(hospital.as(hospital.nurse), { online: true })).rejects.toMatchObject({
      code: 'forbidden',
    })
  })
})

describe('doctors are looked up', () => {
  it('by name, speciality, availability, page by page, in one’s hospital and in the directory', async () => {
    await using house = await testHospital()
    const doctors = [house.doctor, await house.hire('doctor'), await house.hire('doctor')]
    const [first, second] = doctors
    if (!first || !second) throw new Error('No doctors.')
    await updateOwnDoctor(house.as(first), { version: 1, specialities: ['Oncology'] })
    await updateOwnDoctor(house.as(second), { version: 1, isAvailable: false })
    const ctx = house.as(house.nurse)
    expect(idsOf(await listDoctors(ctx, { ...all, speciality: 'ONCOLOGY' }))).toEqual([membershipOf(first)])
    expect(idsOf(await listDoctors(ctx, { ...all, available: false }))).toEqual([membershipOf(second)])
    expect(idsOf(await listDoctors(ctx, { ...all, search: 'T DOC' }))).toHaveLength(3)
    expect(idsOf(await listDoctors(ctx, { ...all, search: '%' }))).toEqual([])
    const seen: string[] = []
    let after: string | null = null
    do {
      const page: Awaited<ReturnType<typeof listDoctors>> = await listDoctors(ctx, { ...all, after, limit: 1 })
      seen.push(...idsOf(page))
      after = page.next
    } while (after !== null)
    expect(seen).toEqual(doctors.map(membershipOf))
    const { actor } = await house.signUpPerson()
    const directory = { ...all, hospitalId: null }
    expect(idsOf(await listDoctorDirectory(house.as(actor), directory))).toEqual(seen)
    await endMembership(house.as(house.admin), { membershipId: membershipOf(second) })
    expect(idsOf(await listDoctorDirectory(house.as(actor), directory))).not.toContain(membershipOf(second))
    await expect(listDoctors(house.as(actor), all)).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('by patients without licence, contacts or anything else that is the hospital’s own', async () => {
    const membershipId = membershipOf(hospital.doctor)
    expect(Object.keys(await getListedDoctor(hospital.as(patient), { membershipId })).sort()).toEqual([
      'department',
      'designation',
      'hospital',
      'hospitalId',
      'isAvailable',
      'isOnline',
      'membershipId',
      'name',
      'specialities',
    ])
    expect(await listDoctorHospitals(hospital.as(patient), { membershipId })).toMatchObject([
      { membershipId, hospitalId: hospital.hospitalId },
    ])
    await expect(
      getListedDoctor(hospital.as(patient), { membershipId: membershipOf(hospital.nurse) }),
    ).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('the patients of a doctor', () => {
  it('are told to the doctor and to administrators, with who granted the relation, and not to colleagues', async () => {
    const doctor = await hospital.hire('doctor')
    const membershipId = membershipOf(doctor)
    const { patientId } = await hospital.admit()
    await hospital.admit()
    const { id } = await assignCareTeam(admin(), { membershipId, charge: { patientId } })
    await assignCareTeam(admin(), { membershipId, charge: { wardId: hospital.wardId } })
    const page = { after: null, limit: 10 }
    const rows = [{ id, patientId, grantedBy: 'Ada Admin', since: hospital.clock.now.toISOString() }]
    expect((await listDoctorPatients(hospital.as(doctor), { membershipId, ...page })).items).toMatchObject(rows)
    expect((await listDoctorPatients(admin(), { membershipId, ...page })).items).toMatchObject(rows)
    await expect(listDoctorPatients(hospital.as(hospital.doctor), { membershipId, ...page })).rejects.toMatchObject({
      code: 'not_found',
    })
    expect(await listCareTeam(admin(), { patientId })).toContainEqual(
      expect.objectContaining({ id, through: 'patient', grantedBy: 'Ada Admin' }),
    )
    await endCareTeam(admin(), { id })
    expect((await listDoctorPatients(admin(), { membershipId, ...page })).items).toEqual([])
  })
})
