import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { holdTransaction, outcomesOf } from '../../test/held-transaction.ts'
import { membershipOf, type TestHospital, testHospital } from '../../test/hospital.ts'
import { endMembership } from '../hospitals/end-membership.ts'
import { createWard } from '../hospitals/wards.ts'
import { getPatient } from '../patients/get-patient.ts'
import { assignCareTeam, endCareTeam, listCareTeam } from './care-team.ts'

let hospital: TestHospital
beforeAll(async () => {
  hospital = await testHospital()
})
afterAll(() => hospital[Symbol.asyncDispose]())
const admin = () => hospital.as(hospital.admin)

describe('a care team', () => {
  it('gives access while one is on it, and none before or after', async () => {
    const { patientId } = await hospital.admit()
    const colleague = await hospital.hire('nurse')
    const membershipId = membershipOf(colleague)
    const absent = { code: 'not_found', message: 'No such patient.' }
    await expect(getPatient(hospital.as(colleague), { patientId })).rejects.toMatchObject(absent)
    const { id } = await assignCareTeam(hospital.as(hospital.doctor), { membershipId, charge: { patientId } })
    await getPatient(hospital.as(colleague), { patientId })
    expect(
      (await listCareTeam(admin(), { patientId })).map(({ through, role }) => `${role} by ${through}`).sort(),
    ).toEqual(['doctor by ward', 'nurse by patient', 'nurse by ward'])
    await endCareTeam(hospital.as(hospital.doctor), { id })
    await expect(getPatient(hospital.as(colleague), { patientId })).rejects.toMatchObject(absent)
  })

  it('has each member once', async () => {
    const { patientId } = await hospital.admit()
    const membershipId = membershipOf(await hospital.hire('doctor'))
    const tries = Array.from({ length: 4 }, () => assignCareTeam(admin(), { membershipId, charge: { patientId } }))
    expect(outcomesOf(await Promise.allSettled(tries))).toEqual({
      done: 1,
      codes: ['conflict', 'conflict', 'conflict'],
    })
  })

  it('takes nobody whose membership is just ending', async () => {
    const { patientId } = await hospital.admit()
    const membershipId = membershipOf(await hospital.hire('nurse'))
    await using held = await holdTransaction(hospital.url)
    await held.sql({ text: 'update membership set ended_at = now() where id = $1', values: [membershipId] })
    const assigning = assignCareTeam(admin(), { membershipId, charge: { patientId } }).catch((error: unknown) => error)
    await held.isWaitedFor()
    await held.commit()
    expect(await assigning).toMatchObject({ code: 'not_found' })
  })

  it('of a ward is the administrators’ alone; of it a doctor learns no more than of what does not exist', async () => {
    const { id: wardId } = await createWard(admin(), { name: 'Ward 9' })
    const doctor = hospital.as(hospital.doctor)
    const membershipId = membershipOf(hospital.doctor)
    await expect(assignCareTeam(doctor, { membershipId, charge: { wardId } })).rejects.toMatchObject({
      code: 'not_found',
    })
    const { id } = await assignCareTeam(admin(), { membershipId: membershipOf(hospital.nurse), charge: { wardId } })
    const answers = await Promise.all(
      [id, hospital.hospitalId].map((asked) =>
        endCareTeam(doctor, { id: asked }).catch(({ code, message, details }) => ({ code, message, details })),
      ),
    )
    expect(answers[0]).toMatchObject({ code: 'not_found' })
    expect(answers[0]).toEqual(answers[1])
  })

  it('ends with the membership', async () => {
    const { patientId } = await hospital.admit()
    const leaver = await hospital.hire('nurse')
    await assignCareTeam(admin(), { membershipId: membershipOf(leaver), charge: { patientId } })
    await endMembership(admin(), { membershipId: membershipOf(leaver) })
    await expect(getPatient(hospital.as(leaver), { patientId })).rejects.toMatchObject({ code: 'not_found' })
  })

  it('is a hospital’s own', async () => {
    await using elsewhere = await testHospital()
    const { patientId } = await hospital.admit()
    const foreign = membershipOf(elsewhere.nurse)
    await expect(assignCareTeam(admin(), { membershipId: foreign, charge: { patientId } })).rejects.toMatchObject({
      code: 'not_found',
    })
  })
})

describe('the last administrator', () => {
  it('stays, also when two end each other in the same moment', async () => {
    await using house = await testHospital()
    const second = await house.hire('hospital_admin')
    const [one, two] = [membershipOf(house.admin), membershipOf(second)]
    const outcome = outcomesOf(
      await Promise.allSettled([
        endMembership(house.as(house.admin), { membershipId: two }),
        endMembership(house.as(second), { membershipId: one }),
      ]),
    )
    expect(outcome).toEqual({ done: 1, codes: ['conflict'] })
  })
})
