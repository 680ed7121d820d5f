import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outcomesOf } from '../../test/held-transaction.ts'
import { type TestHospital, testHospital } from '../../test/hospital.ts'
import { registered } from '../../test/visits.ts'
import { dischargePatient } from '../admissions/discharge-patient.ts'
import { createWard } from '../hospitals/wards.ts'
import { removePatient } from '../patients/remove-patient.ts'
import { assignDevice, deviceOfPatient, listDevices, registerDevice, unassignDevice } from './devices.ts'

let hospital: TestHospital
let next = 0
beforeAll(async () => {
  hospital = await testHospital()
})
afterAll(() => hospital[Symbol.asyncDispose]())
const admin = () => hospital.as(hospital.admin)
const register = (serial = `MON-${next++}`) =>
  registerDevice(admin(), { serial, kind: 'bedside_monitor', maker: 'Acme' })

describe('a device', () => {
  it('is registered once by its serial number', async () => {
    const tries = Array.from({ length: 3 }, () => register('TWICE'))
    expect(outcomesOf(await Promise.allSettled(tries))).toEqual({ done: 1, codes: ['serial_taken', 'serial_taken'] })
  })

  it('is on one patient at a time, however many take it at once', async () => {
    const { id: deviceId } = await register()
    const patients = [await hospital.admit(), await hospital.admit(), await hospital.admit()]
    const race = patients.map(({ patientId }) => assignDevice(admin(), { deviceId, patientId }))
    const results = await Promise.allSettled(race)
    expect(outcomesOf(results)).toEqual({ done: 1, codes: ['device_assigned', 'device_assigned'] })
    const wearer = patients[results.findIndex(({ status }) => status === 'fulfilled')]?.patientId ?? ''
    const other = patients.find(({ patientId }) => patientId !== wearer)?.patientId ?? ''
    await expect(unassignDevice(admin(), { deviceId, patientId: other })).rejects.toMatchObject({ code: 'not_found' })
    await unassignDevice(admin(), { deviceId, patientId: wearer })
    await assignDevice(admin(), { deviceId, patientId: other })
  })

  it('comes off with the discharge, and stays the one last put on the patient', async () => {
    const { id: deviceId } = await register()
    const { patientId } = await hospital.admit()
    expect(await deviceOfPatient(admin(), { patientId })).toBeNull()
    await assignDevice(admin(), { deviceId, patientId })
    await dischargePatient(admin(), { patientId })
    expect(await deviceOfPatient(admin(), { patientId })).toMatchObject({ id: deviceId })
    const { patientId: another } = await hospital.admit()
    await assignDevice(admin(), { deviceId, patientId: another })
  })

  it('comes off whose file is taken out: nobody could take it off afterwards', async () => {
    const { id: deviceId } = await register()
    const patientId = await registered(hospital)
    await assignDevice(admin(), { deviceId, patientId })
    await removePatient(admin(), { patientId })
    const next = await assignDevice(admin(), { deviceId, patientId: await registered(hospital) })
    expect(next.assignmentId).not.toBe('')
  })

  it('shows on whom it is only to those who may see the patient', async () => {
    const { id: otherWard } = await createWard(admin(), { name: 'Ward 2' })
    const { id: deviceId } = await register()
    const { patientId } = await hospital.admit({ wardId: otherWard })
    await assignDevice(admin(), { deviceId, patientId })
    const shown = async (ctx: ReturnType<typeof admin>) =>
      (await listDevices(ctx)).find(({ id }) => id === deviceId)?.patientId
    expect(await shown(admin())).toBe(patientId)
    expect(await shown(hospital.as(hospital.nurse))).toBeNull()
  })

  it('of another hospital is none', async () => {
    await using elsewhere = await testHospital()
    const { id: deviceId } = await registerDevice(elsewhere.as(elsewhere.admin), { serial: 'FOREIGN', kind: 'other' })
    const { patientId } = await hospital.admit()
    await expect(assignDevice(admin(), { deviceId, patientId })).rejects.toMatchObject({ code: 'not_found' })
  })
})
