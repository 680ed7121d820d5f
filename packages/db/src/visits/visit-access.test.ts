import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { membershipOf, type TestHospital, testHospital } from '../../test/hospital.ts'
import { patientLogin } from '../../test/patient-login.ts'
import { kneePain, wholeVisit } from '../../test/visit-content.ts'
import { assignCareTeam } from '../care-team/care-team.ts'
import { giveDirective } from '../consent/give-directive.ts'
import { uuidv7 } from '../kernel/ids.ts'
import { exportRecord } from '../patients/record/export-record.ts'
import { getVisit, listVisits } from './read-visits.ts'
import { recordVisit } from './record-visit.ts'
import { setFollowUp, updateVisit } from './update-visit.ts'
import { listVisitHistory } from './visit-history.ts'
import { withdrawVisit } from './withdraw-visit.ts'

let hospital: TestHospital
let patientId: string
beforeAll(async () => {
  hospital = await testHospital()
})
afterAll(() => hospital[Symbol.asyncDispose]())

const doctor = () => hospital.as(hospital.doctor)
const nurse = () => hospital.as(hospital.nurse)
const admin = () => hospital.as(hospital.admin)
const fresh = async () => (patientId = (await hospital.admit()).patientId)
const lists = { includeErroneous: false, after: null, limit: 50 }
const page = { after: null, limit: 50 }

describe('who may', () => {
  it('change a visit: its own clinician, whoever wrote it down, and any doctor of the team', async () => {
    await fresh()
    const membershipId = membershipOf(hospital.doctor)
    const colleague = await hospital.hire('nurse')
    await assignCareTeam(admin(), { membershipId: membershipOf(colleague), charge: { patientId } })
    const own = await recordVisit(nurse(), { ...kneePain, patientId })
    const written = await recordVisit(nurse(), { ...kneePain, patientId, membershipId })
    const doctors = await recordVisit(doctor(), { ...kneePain, patientId })
    await updateVisit(nurse(), { visitId: own.id, version: 1, plan: 'mine' })
    await updateVisit(nurse(), { visitId: written.id, version: 1, plan: 'dictated' })
    await updateVisit(doctor(), { visitId: own.id, version: 2, plan: 'ours' })
    for (const [actor, visitId] of [
      [hospital.nurse, doctors.id],
      [colleague, own.id],
    ] as const) {
      for (const change of [
        () => updateVisit(hospital.as(actor), { visitId, version: 1, plan: 'x' }),
        () => setFollowUp(hospital.as(actor), { visitId, version: 1, followUp: null }),
        () => withdrawVisit(hospital.as(actor), { visitId, version: 1, reason: 'x' }),
      ]) {
        await expect(change()).rejects.toMatchObject({ code: 'forbidden' })
      }
    }
  })

  it('write one: doctors and nurses of the team, for a doctor or nurse who works there', async () => {
    await fresh()
    const self = await patientLogin(hospital, { patientId })
    const visit = { ...kneePain, patientId }
    for (const actor of [
      hospital.admin,
      await hospital.hire('viewer'),
      await hospital.hire('front_desk'),
      self.actor,
    ]) {
      await expect(recordVisit(hospital.as(actor), visit)).rejects.toMatchObject({ code: 'forbidden' })
    }
    const stranger = await hospital.hire('doctor')
    await expect(recordVisit(hospital.as(stranger), visit)).rejects.toMatchObject({ code: 'not_found' })
    for (const membershipId of [membershipOf(hospital.admin), uuidv7()]) {
      await expect(recordVisit(doctor(), { ...visit, membershipId })).rejects.toMatchObject({
        code: 'not_found',
        details: { resource: 'membership' },
      })
    }
  })

  it('read one: the team, viewers among it, and the patient; not the desk nor the administration', async () => {
    await fresh()
    const { id: visitId } = await recordVisit(doctor(), { ...kneePain, patientId })
    const viewer = await hospital.hire('viewer')
    await assignCareTeam(admin(), { membershipId: membershipOf(viewer), charge: { patientId } })
    expect(await getVisit(hospital.as(viewer), { visitId })).toMatchObject({ id: visitId })
    for (const actor of [hospital.admin, await hospital.hire('front_desk'), hospital.gateway]) {
      for (const read of [
        () => getVisit(hospital.as(actor), { visitId }),
        () => listVisits(hospital.as(actor), { ...lists, patientId }),
        () => listVisitHistory(hospital.as(actor), { ...page, visitId }),
      ]) {
        await expect(read()).rejects.toMatchObject({ code: 'forbidden' })
      }
    }
    const other = await patientLogin(hospital, { patientId: (await hospital.admit()).patientId })
    for (const actor of [other.actor, await hospital.hire('doctor')]) {
      await expect(getVisit(hospital.as(actor), { visitId })).rejects.toMatchObject({ code: 'not_found' })
      await expect(listVisits(hospital.as(actor), { ...lists, patientId })).rejects.toMatchObject({ code: 'not_found' })
    }
    await giveDirective(admin(), {
      patientId,
      effect: 'deny',
      purposes: ['treatment'],
      recipient: { kind: 'membership', membershipId: membershipOf(hospital.nurse) },
      reference: 'Form 7',
    })
    await expect(getVisit(nurse(), { visitId })).rejects.toMatchObject({ code: 'not_found' })
    await expect(updateVisit(nurse(), { visitId, version: 1, plan: 'x' })).rejects.toMatchObject({ code: 'not_found' })
  })

  it('a visit is another hospital’s, whose staff see nothing of it though the patient is theirs too', async () => {
    await fresh()
    await using elsewhere = await testHospital({ beside: hospital })
    const { id: visitId } = await recordVisit(doctor(), { ...kneePain, patientId })
    await hospital.db.sql({
      text: `insert into registration (id, hospital_id, patient_id, mrn, created_at) values ($1, $2, $3, 'E-1', now())`,
      values: [uuidv7(), elsewhere.hospitalId, patientId],
    })
    const membershipId = membershipOf(elsewhere.doctor)
    await assignCareTeam(elsewhere.as(elsewhere.admin), { membershipId, charge: { patientId } })
    const theirs = elsewhere.as(elsewhere.doctor)
    expect((await listVisits(theirs, { ...lists, patientId })).items).toEqual([])
    await expect(getVisit(theirs, { visitId })).rejects.toMatchObject({ code: 'not_found' })
    const { id } = await recordVisit(theirs, { ...kneePain, patientId })
    const self = await patientLogin(hospital, { patientId })
    const { items } = await listVisits(hospital.as(self.actor), { ...lists, patientId })
    expect(items.map((one) => one.id).sort()).toEqual([visitId, id].sort())
  })
})

describe('an internal note', () => {
  it('is read by clinicians, and by the patient nowhere: visit, list, history, export, nor by raw SQL', async () => {
    await fresh()
    const words = 'Verdacht auf Simulation'
    const { id: visitId } = await recordVisit(doctor(), {
      ...wholeVisit,
      medicines: [],
      tests: [],
      patientId,
      internalNote: words,
    })
    await updateVisit(doctor(), { visitId, version: 1, internalNote: `${words} erhaertet`, plan: 'x' })
    expect((await getVisit(nurse(), { visitId })).internalNote).toBe(`${words} erhaertet`)
    expect((await listVisitHistory(nurse(), { ...page, visitId })).items).toMatchObject([{ internalNote: words }])
    const self = await patientLogin(hospital, { patientId })
    const patient = () => hospital.as(self.actor)
    const shown = [
      await getVisit(patient(), { visitId }),
      (await listVisits(patient(), { ...lists, patientId })).items,
      (await listVisitHistory(patient(), { ...page, visitId })).items,
      (await exportRecord(patient(), { patientId })).tables,
    ]
    const text = JSON.stringify(shown)
    expect(text).toContain(wholeVisit.diagnosis)
    expect(text).toContain('"clinician":{')
    expect(text).not.toContain('Simulation')
    expect(await patient().sql({ text: 'select 1 from visit where id = $1', values: [visitId] })).toHaveLength(1)
    expect(await patient().sql({ text: 'select 1 from visit_internal_note' })).toEqual([])
    // The hospital's own export has it.
    expect(JSON.stringify((await exportRecord(admin(), { patientId })).tables)).toContain(words)
  })
})
