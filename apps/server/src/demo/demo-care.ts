import { addEntry, type Ctx, getOwnDoctor, openCase, recordVisit, updateOwnDoctor } from '@chartwire/db'

/** What there is to see of one patient besides the monitor: lists, a case with a visit; and a doctor with hours to book. */
export async function seedCare(doctor: Ctx, { patientId }: { patientId: string }): Promise<void> {
  const { version } = await getOwnDoctor(doctor)
  await updateOwnDoctor(doctor, { version, shift: { start: '08:00', end: '16:00' } })
  await addEntry(doctor, {
    patientId,
    kind: 'allergy',
    name: 'Penicillin',
    severity: 'severe',
    reaction: 'Swelling of the face',
  })
  await addEntry(doctor, { patientId, kind: 'medication', name: 'Amlodipine', dosage: '5 mg by mouth once daily' })
  const { id: caseId } = await openCase(doctor, { patientId, title: 'Cough for six weeks', kind: 'acute' })
  await recordVisit(doctor, {
    patientId,
    caseId,
    kind: 'consultation',
    chiefComplaint: 'Dry cough, worse at night',
    examination: 'Chest clear.',
    diagnosis: 'Cough, to be explained',
    plan: 'Chest X-ray; again in two weeks.',
    tests: ['Chest X-ray'],
    vitals: { bloodPressure: '138/84', pulse: 76, temperature: 36.9 },
  })
}
