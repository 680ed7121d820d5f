import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outcomesOf } from '../../test/held-transaction.ts'
import { membershipOf, type TestHospital, testHospital } from '../../test/hospital.ts'
import { getDoctor } from '../doctors/read-doctors.ts'
import { updateProfile } from '../identity/profile.ts'
import { closeDepartment, createDepartment, listDepartments, renameDepartment } from './departments.ts'
import { listStaff, type StaffFilter } from './list-staff.ts'
import { sendStaffReset, updateStaff } from './update-staff.ts'

let hospital: TestHospital
beforeAll(async () => {
  hospital = await testHospital()
})
afterAll(() => hospital[Symbol.asyncDispose]())
const admin = () => hospital.as(hospital.admin)
const all: StaffFilter = { search: null, role: null, departmentId: null, after: null, limit: 100 }

describe('departments', () => {
  it('have names of their own, however they are capitalised, until they are closed', async () => {
    const { id } = await createDepartment(admin(), { name: 'Cardiology' })
    const taken = { code: 'conflict', details: { field: 'name' } }
    await expect(createDepartment(admin(), { name: 'CARDIOLOGY' })).rejects.toMatchObject(taken)
    const { id: other } = await createDepartment(admin(), { name: 'Oncology' })
    await expect(renameDepartment(admin(), { departmentId: other, name: 'cardiology' })).rejects.toMatchObject(taken)
    await renameDepartment(admin(), { departmentId: other, name: 'Haematology' })
    await closeDepartment(admin(), { departmentId: id })
    await createDepartment(admin(), { name: 'Cardiology' })
    expect((await listDepartments(hospital.as(hospital.nurse))).map(({ name }) => name)).toEqual([
      'Cardiology',
      'Haematology',
    ])
    await expect(closeDepartment(admin(), { departmentId: id })).rejects.toMatchObject({ code: 'not_found' })
    await expect(createDepartment(hospital.as(hospital.nurse), { name: 'X' })).rejects.toMatchObject({
      code: 'forbidden',
    })
  })

  it('take staff in while they are open, and leave none behind in a closed one', async () => {
    const { id: departmentId } = await createDepartment(admin(), { name: 'Surgery' })
    const member = membershipOf(await hospital.hire('nurse'))
    expect(await updateStaff(admin(), { membershipId: member, departmentId })).toMatchObject({ departmentId })
    expect((await listStaff(admin(), { ...all, departmentId })).items).toMatchObject([
      { membershipId: member, department: 'Surgery', grantedBy: 'Ada Admin' },
    ])
    const results = await Promise.allSettled([
      closeDepartment(admin(), { departmentId }),
      ...Array.from({ length: 4 }, async () =>
        updateStaff(admin(), { membershipId: membershipOf(await hospital.hire('nurse')), departmentId }),
      ),
    ])
    expect(results[0]?.status).toBe('fulfilled')
    expect((await listStaff(admin(), { ...all, departmentId })).items).toEqual([])
  })
})

describe('staff', () => {
  it('are found by a part of the name and by role, page by page', async () => {
    await hospital.hire('lab_technician')
    const seen: string[] = []
    let after: string | null = null
    do {
      const page: Awaited<ReturnType<typeof listStaff>> = await listStaff(admin(), { ...all, after, limit: 2 })
      seen.push(...page.items.map(({ membershipId }) => membershipId))
      after = page.next
    } while (after !== null)
    const whole = (await listStaff(admin(), all)).items
    expect(seen).toEqual(whole.map(({ membershipId }) => membershipId))
    expect((await listStaff(admin(), { ...all, search: 'LAB_' })).items).toMatchObject([{ role: 'lab_technician' }])
    expect((await listStaff(admin(), { ...all, role: 'gateway' })).items).toMatchObject([{ name: 'Gateway' }])
    expect(whole[0]).toMatchObject({ role: 'hospital_admin', grantedBy: null })
  })

  it('are found however their names are spelt', async () => {
    const member = await hospital.hire('pharmacist')
    await updateProfile(hospital.as(member), { name: 'Jürgen Größ' })
    for (const search of ['jurgen', 'JUERGEN GROESS', 'größ']) {
      expect((await listStaff(admin(), { ...all, search })).items).toMatchObject([{ name: 'Jürgen Größ' }])
    }
  })

  it('who become doctors have a doctor’s profile, and keep it when they are doctors again', async () => {
    const membershipId = membershipOf(await hospital.hire('nurse'))
    await expect(getDoctor(admin(), { membershipId })).rejects.toMatchObject({ code: 'not_found' })
    await updateStaff(admin(), { membershipId, role: 'doctor' })
    expect(await getDoctor(admin(), { membershipId })).toMatchObject({ membershipId, specialities: [], version: 1 })
    await updateStaff(admin(), { membershipId, role: 'viewer' })
    await expect(getDoctor(admin(), { membershipId })).rejects.toMatchObject({ code: 'not_found' })
    await updateStaff(admin(), { membershipId, role: 'doctor' })
    await getDoctor(admin(), { membershipId })
  })

  it('of another hospital, and gateways, cannot be changed', async () => {
    await using elsewhere = await testHospital()
    const foreign = membershipOf(elsewhere.nurse)
    const absent = { code: 'not_found', message: 'No such membership.' }
    for (const membershipId of [foreign, membershipOf(hospital.gateway)]) {
      await expect(updateStaff(admin(), { membershipId, role: 'viewer' })).rejects.toMatchObject(absent)
      await expect(sendStaffReset(admin(), { membershipId })).rejects.toMatchObject(absent)
    }
    await expect(
      updateStaff(hospital.as(hospital.doctor), {
        membershipId: membershipOf(hospital.doctor),
        role: 'hospital_admin',
      }),
    ).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('are sent a link to set a password that their administrator never sees', async () => {
    const answer = await sendStaffReset(admin(), { membershipId: membershipOf(hospital.nurse) })
    expect(answer).toEqual({ sent: true })
    const [{ count } = { count: 0 }] = await hospital.db.sql<{ count: number }>({
      text: `select count(*)::int count from outbound_message where kind = 'password-reset'`,
    })
    expect(count).toBe(1)
  })

  it('are not sent link after link', async () => {
    const membershipId = membershipOf(await hospital.hire('viewer'))
    const tries = Array.from({ length: 8 }, () => sendStaffReset(admin(), { membershipId }))
    expect(outcomesOf(await Promise.allSettled(tries))).toEqual({
      done: 5,
      codes: ['too_many', 'too_many', 'too_many'],
    })
    hospital.clock.advance(3_600)
    await sendStaffReset(admin(), { membershipId })
  })
})

describe('the last administrator', () => {
  it('stays one, also when two demote each other in the same moment', async () => {
    await using house = await testHospital()
    const [one, two] = [house.admin, await house.hire('hospital_admin')]
    const demote = (by: typeof one, whom: typeof one) =>
      updateStaff(house.as(by), { membershipId: membershipOf(whom), role: 'front_desk' })
    expect(outcomesOf(await Promise.allSettled([demote(one, two), demote(two, one)]))).toEqual({
      done: 1,
      codes: ['conflict'],
    })
    await using single = await testHospital()
    await expect(
      updateStaff(single.as(single.admin), { membershipId: membershipOf(single.admin), role: 'viewer' }),
    ).rejects.toMatchObject({ code: 'conflict', details: { field: 'role' } })
  })
})
