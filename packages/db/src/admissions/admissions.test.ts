import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outcomesOf } from '../../test/held-transaction.ts'
import { type TestHospital, testHospital } from '../../test/hospital.ts'
import { someone } from '../../test/people.ts'
import { createWard } from '../hospitals/wards.ts'
import { getPatient } from '../patients/get-patient.ts'
import { registerPatient } from '../patients/register-patient.ts'
import { admitPatient } from './admit-patient.ts'
import { dischargePatient } from './discharge-patient.ts'
import { listAdmissions, listAdmitted } from './list-admissions.ts'
import { transferPatient } from './transfer-patient.ts'

let hospital: TestHospital
let otherWard: string
beforeAll(async () => {
  hospital = await testHospital()
  otherWard = (await createWard(hospital.as(hospital.admin), { name: 'Ward 2' })).id
})
afterAll(() => hospital[Symbol.asyncDispose]())

const admin = () => hospital.as(hospital.admin)

describe('a stay', () => {
  it('begins once, however many admit the patient at the same moment', async () => {
    const { id: patientId } = await registerPatient(admin(), someone)
    const tries = Array.from({ length: 6 }, () => admitPatient(admin(), { patientId, wardId: hospital.wardId }))
    expect(outcomesOf(await Promise.allSettled(tries))).toEqual({
      done: 1,
      codes: Array.from({ length: 5 }, () => 'already_admitted'),
    })
    expect(await listAdmissions(admin(), { patientId })).toHaveLength(1)
  })

  it('has one patient a bed, by admission and by transfer', async () => {
    const lying = await hospital.admit({ bed: '7' })
    const { id } = await registerPatient(admin(), someone)
    const taken = { code: 'bed_taken', details: { field: 'bed' } }
    await expect(admitPatient(admin(), { patientId: id, wardId: hospital.wardId, bed: '7' })).rejects.toMatchObject(
      taken,
    )
    await admitPatient(admin(), { patientId: id, wardId: otherWard, bed: '7' })
    await expect(transferPatient(admin(), { patientId: id, wardId: hospital.wardId, bed: '7' })).rejects.toMatchObject(
      taken,
    )
    await dischargePatient(admin(), { patientId: lying.patientId })
    await transferPatient(admin(), { patientId: id, wardId: hospital.wardId, bed: '7' })
    const racers = [await hospital.admit(), await hospital.admit(), await hospital.admit()]
    const race = racers.map(({ patientId }) => transferPatient(admin(), { patientId, wardId: otherWard, bed: '9' }))
    expect(outcomesOf(await Promise.allSettled(race))).toEqual({ done: 1, codes: ['bed_taken', 'bed_taken'] })
  })

  it('ends once, and the patient may come again', async () => {
    const { patientId } = await hospital.admit()
    const tries = Array.from({ length: 4 }, () => dischargePatient(admin(), { patientId, note: 'Home' }))
    expect(outcomesOf(await Promise.allSettled(tries))).toEqual({
      done: 1,
      codes: ['not_admitted', 'not_admitted', 'not_admitted'],
    })
    hospital.clock.advance(60)
    await admitPatient(admin(), { patientId, wardId: otherWard })
    expect((await listAdmissions(admin(), { patientId })).map(({ status, wardId }) => [status, wardId])).toEqual([
      ['admitted', otherWard],
      ['discharged', hospital.wardId],
    ])
  })

  it('goes to no ward of another hospital, and is none where there is no file', async () => {
    await using elsewhere = await testHospital()
    const { patientId } = await hospital.admit()
    const stranger = await elsewhere.admit()
    await expect(transferPatient(admin(), { patientId, wardId: elsewhere.wardId })).rejects.toMatchObject({
      code: 'not_found',
    })
    await expect(
      admitPatient(admin(), { patientId: stranger.patientId, wardId: hospital.wardId }),
    ).rejects.toMatchObject({ code: 'not_found' })
  })

  it('takes the access of the old ward’s team along when the patient moves', async () => {
    const { patientId } = await hospital.admit()
    const nurse = hospital.as(hospital.nurse)
    expect(await getPatient(nurse, { patientId })).toMatchObject({ wardName: 'Ward 1' })
    await transferPatient(nurse, { patientId, wardId: otherWard, bed: '12' })
    await expect(getPatient(nurse, { patientId })).rejects.toMatchObject({ code: 'not_found' })
    expect(await getPatient(admin(), { patientId })).toMatchObject({ wardName: 'Ward 2', bed: '12' })
  })

  it('answers a repeated request again, though its effect took the asker’s access away', async () => {
    const nurse = (key: string) => ({
      ...hospital.as(hospital.nurse),
      idempotency: { key, procedure: 'test', inputHash: Buffer.from(key) },
    })
    const moved = await hospital.admit()
    const transfer = () => transferPatient(nurse('transfer-key'), { patientId: moved.patientId, wardId: otherWard })
    expect(await transfer()).toEqual(await transfer())
    const gone = await hospital.admit()
    const discharge = () => dischargePatient(nurse('discharge-key'), { patientId: gone.patientId })
    expect(await discharge()).toEqual(await discharge())
  })

  it('is listed for a gateway by record number, page by page, without names', async () => {
    await using house = await testHospital()
    const admitted = [await house.admit(), await house.admit(), await house.admit()]
    const gateway = house.as(house.gateway)
    const first = await listAdmitted(gateway, { after: null, limit: 2 })
    const second = await listAdmitted(gateway, { after: first.next, limit: 2 })
    expect([...first.items, ...second.items].map(({ mrn }) => mrn)).toEqual(admitted.map(({ mrn }) => mrn))
    expect(second.next).toBeNull()
    expect(Object.keys(first.items[0] ?? {}).sort()).toEqual(['bed', 'mrn', 'patientId', 'wardId'])
  })
})
