import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { holdTransaction } from '../../test/held-transaction.ts'
import { type TestHospital, testHospital } from '../../test/hospital.ts'
import { someone } from '../../test/people.ts'
import { registerPatient } from './register-patient.ts'

let hospital: TestHospital
let elsewhere: TestHospital
beforeAll(async () => {
  hospital = await testHospital()
  elsewhere = await testHospital({ beside: hospital })
})
afterAll(() => hospital[Symbol.asyncDispose]())

const admin = () => hospital.as(hospital.admin)

describe('record numbers', () => {
  it('never collide, however many patients are registered at once', async () => {
    const made = await Promise.all(Array.from({ length: 24 }, () => registerPatient(admin(), someone)))
    expect(new Set(made.map(({ mrn }) => mrn)).size).toBe(24)
    expect(made.every(({ mrn }) => /^\d{6}$/.test(mrn))).toBe(true)
  })

  it('count on past a number that was brought along, also one that is just being written', async () => {
    const [row] = await hospital.db.sql<{ next: number }>({
      text: 'select next_mrn next from hospital where id = $1',
      values: [hospital.hospitalId],
    })
    const taken = (offset: number) => String((row?.next ?? 0) + offset).padStart(6, '0')
    await registerPatient(admin(), { ...someone, mrn: taken(0) })
    await using held = await holdTransaction(hospital.url)
    const { id } = await registerPatient(admin(), { ...someone, mrn: 'BROUGHT-1' })
    await held.sql({ text: 'update registration set mrn = $2 where patient_id = $1', values: [id, taken(1)] })
    const registering = registerPatient(admin(), someone)
    await held.isWaitedFor()
    await held.commit()
    expect((await registering).mrn).toBe(taken(2))
  })

  it('go on beyond a million', async () => {
    await elsewhere.db.sql({
      text: 'update hospital set next_mrn = 1000000 where id = $1',
      values: [elsewhere.hospitalId],
    })
    const context = elsewhere.as(elsewhere.admin)
    const made = [await registerPatient(context, someone), await registerPatient(context, someone)]
    expect(made.map(({ mrn }) => mrn)).toEqual(['1000000', '1000001'])
  })

  it('are one hospital’s own: the same number elsewhere is another patient', async () => {
    await registerPatient(admin(), { ...someone, mrn: 'SAME-1' })
    await registerPatient(elsewhere.as(elsewhere.admin), { ...someone, mrn: 'SAME-1' })
    await expect(registerPatient(admin(), { ...someone, mrn: 'SAME-1' })).rejects.toMatchObject({
      code: 'mrn_taken',
      details: { field: 'mrn' },
    })
  })
})
