import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestHospital, testHospital } from '../../test/hospital.ts'
import { patientLogin } from '../../test/patient-login.ts'
import { openBreakGlass } from '../break-glass/open-break-glass.ts'
import { resolveCase } from '../cases/move-case.ts'
import { openCase } from '../cases/open-case.ts'
import { addEntry } from '../clinical-lists/add-entry.ts'
import { updatePatient } from '../patients/update-patient.ts'
import { readPatientProfile } from './read-patient-profile.ts'
import { recordVisit } from './record-visit.ts'
import { withdrawVisit } from './withdraw-visit.ts'

let hospital: TestHospital
beforeAll(async () => {
  hospital = await testHospital()
})
afterAll(() => hospital[Symbol.asyncDispose]())

const doctor = () => hospital.as(hospital.doctor)

async function documented() {
  const { patientId, mrn } = await hospital.admit()
  await updatePatient(doctor(), {
    patientId,
    version: 1,
    history: 'Asthma since childhood',
    priorCare: { sawAnotherDoctor: true, clinic: 'Elsewhere' },
  })
  await addEntry(doctor(), { patientId, kind: 'allergy', name: 'Latex' })
  const { id: ended } = await openCase(doctor(), { patientId, title: 'Cough', kind: 'acute' })
  await resolveCase(doctor(), { caseId: ended, version: 1, outcome: 'fully_resolved' })
  const { id: caseId } = await openCase(doctor(), { patientId, title: 'Knee', kind: 'chronic' })
  const visits: string[] = []
  for (const day of ['01', '02', '03']) {
    const visit = { patientId, kind: 'consultation', chiefComplaint: `Day ${day}`, internalNote: 'Among us' } as const
    visits.unshift((await recordVisit(doctor(), { ...visit, beganAt: `2026-01-${day}T10:00:00Z` })).id)
  }
  return { patientId, mrn, ended, caseId, visits }
}

describe('a patient’s profile', () => {
  it('is the file, history, lists, cases and visits in one call, newest first', async () => {
    const { patientId, mrn, ended, caseId, visits } = await documented()
    const profile = await readPatientProfile(doctor(), { patientId })
    expect(profile).toMatchObject({
      patientId,
      file: { mrn, familyName: 'Muster' },
      history: { history: 'Asthma since childhood', priorCare: { clinic: 'Elsewhere' } },
      entries: [{ name: 'Latex' }],
      activeCases: [{ id: caseId, title: 'Knee' }],
      formerCases: [{ id: ended, outcome: 'fully_resolved' }],
      visits: { next: null },
    })
    expect(profile.visits.items.map(({ id }) => id)).toEqual(visits)
  })

  it('goes on with older visits page by page, and leaves out what was entered in error', async () => {
    const { patientId, visits } = await documented()
    const [newest = '', ...others] = visits
    await withdrawVisit(doctor(), { visitId: newest, version: 1, reason: 'Of the next bed' })
    const first = await readPatientProfile(doctor(), { patientId, limit: 1 })
    const { next: after } = first.visits
    const second = await readPatientProfile(doctor(), { patientId, limit: 1, after })
    expect([...first.visits.items, ...second.visits.items].map(({ id }) => id)).toEqual(others)
    expect(second.visits.next).toBeNull()
  })

  it('is shown to the patient without internal notes, and to nobody who may not read visits', async () => {
    const { patientId } = await documented()
    const self = await patientLogin(hospital, { patientId })
    const own = await readPatientProfile(hospital.as(self.actor), { patientId })
    expect(own).toMatchObject({ history: { history: 'Asthma since childhood' }, visits: { items: [{}, {}, {}] } })
    expect(JSON.stringify(own)).not.toContain('Among us')
    for (const actor of [hospital.admin, await hospital.hire('front_desk'), hospital.gateway]) {
      await expect(readPatientProfile(hospital.as(actor), { patientId })).rejects.toMatchObject({ code: 'forbidden' })
    }
    const stranger = await hospital.hire('doctor')
    await expect(readPatientProfile(hospital.as(stranger), { patientId })).rejects.toMatchObject({ code: 'not_found' })
  })

  it('read by break-glass says so in every line of the log', async () => {
    const { patientId } = await documented()
    const stranger = await hospital.hire('doctor')
    const explanation = 'Found on the stairs'
    await openBreakGlass(hospital.as(stranger), { patient: { patientId }, reason: 'emergency', explanation })
    const { userId } = stranger as { userId: string }
    await readPatientProfile(hospital.as(stranger), { patientId })
    await hospital.db.readLog.settled()
    const lines = await hospital.db.sql<{ action: string; opened: boolean }>({
      text: `select action, coalesce(detail ? 'breakGlass', false) opened from audit_entry
              where actor = $1 and $2 = any(patient_ids) and action <> 'break-glass.open' order by seq`,
      values: [`user:${userId}`, patientId],
    })
    expect(lines.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['patient.read', 'patient.history.read', 'clinical-list.read', 'patient.profile']),
    )
    expect(lines.every(({ opened }) => opened)).toBe(true)
  })
})
