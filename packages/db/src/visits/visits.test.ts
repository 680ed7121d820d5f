import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outcomesOf } from '../../test/held-transaction.ts'
import { membershipOf, type TestHospital, testHospital } from '../../test/hospital.ts'
import { kneePain, wholeVisit } from '../../test/visit-content.ts'
import { assignCareTeam } from '../care-team/care-team.ts'
import { registerPatient } from '../patients/register-patient.ts'
import { erasePatient } from '../patients/record/erase-patient.ts'
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

describe('a visit', () => {
  it('comes back as it was written, and nothing of it is readable in the database', async () => {
    await fresh()
    const { id: visitId } = await recordVisit(doctor(), {
      ...wholeVisit,
      medicines: [...wholeVisit.medicines],
      tests: [...wholeVisit.tests],
      patientId,
    })
    const read = await getVisit(nurse(), { visitId })
    expect(read).toMatchObject({
      ...wholeVisit,
      patientId,
      beganAt: hospital.clock.now.toISOString(),
      medicines: [wholeVisit.medicines[0], { name: 'Pantoprazol', details: null }],
      vitals: { temperature: 37, systolic: 120, diastolic: 80, bmi: 22.9, pulse: null },
      clinician: { membershipId: membershipOf(hospital.doctor), name: 'Test doctor' },
      caseId: null,
      changedAt: null,
      version: 1,
    })
    const [row] = await hospital.db.sql<{ text: string }>({
      text: `select v::text || encode(v.content_cipher, 'escape') || n::text || encode(n.text_cipher, 'escape') as text
               from visit v join visit_internal_note n on n.visit_id = v.id where v.id = $1`,
      values: [visitId],
    })
    expect(row?.text).not.toMatch(
      /Knie|Schwellung|Erguss|Distorsion|Schonung|Ibuprofen|liver|Kruecken|aengstlich|Bildern/,
    )
  })

  it('began when it was said to have, shown by the clock of the hospital and not of the server', async () => {
    await fresh()
    const { id: visitId } = await recordVisit(doctor(), { ...kneePain, patientId, beganAt: '2026-01-31T23:30:00Z' })
    expect(await getVisit(doctor(), { visitId })).toMatchObject({
      beganAt: '2026-01-31T23:30:00.000Z',
      localDate: '2026-02-01',
      localTime: '00:30',
      timeZone: 'Europe/Vienna',
    })
    const tomorrow = new Date(hospital.clock.now.getTime() + 86_400_000).toISOString()
    await expect(recordVisit(doctor(), { ...kneePain, patientId, beganAt: tomorrow })).rejects.toMatchObject({
      code: 'invalid',
      details: { field: 'beganAt' },
    })
  })

  it('is followed up on its own day or later, by the hospital’s calendar', async () => {
    await fresh()
    const visit = { ...kneePain, patientId, beganAt: '2026-01-31T23:30:00Z' }
    const { id: visitId } = await recordVisit(doctor(), { ...visit, followUp: { on: '2026-02-01' } })
    await expect(recordVisit(doctor(), { ...visit, followUp: { on: '2026-01-31' } })).rejects.toMatchObject({
      details: { field: 'followUp.on' },
    })
    // Also when it is the visit that moves.
    await expect(updateVisit(doctor(), { visitId, version: 1, beganAt: '2026-02-02T12:00:00Z' })).rejects.toMatchObject(
      { details: { field: 'followUp.on' } },
    )
    // December has a January after it, and a year is no wall.
    for (const [index, on] of ['2026-12-31', '2027-01-01', '2031-06-01'].entries()) {
      await setFollowUp(doctor(), { visitId, version: index + 1, followUp: { on, at: '23:59' } })
      expect(await getVisit(doctor(), { visitId })).toMatchObject({ followUp: { on, at: '23:59', note: null } })
    }
    await setFollowUp(doctor(), { visitId, version: 4, followUp: null })
    expect(await getVisit(doctor(), { visitId })).toMatchObject({ followUp: null })
  })

  it('says nothing that no patient has: the field is named and nothing is written', async () => {
    await fresh()
    await expect(
      recordVisit(doctor(), { ...kneePain, patientId, vitals: { temperature: 98.6 } }),
    ).rejects.toMatchObject({
      code: 'invalid',
      details: { field: 'vitals.temperature' },
    })
    expect((await listVisits(doctor(), { ...lists, patientId })).items).toEqual([])
  })

  it('is listed newest first, by when it began, with none skipped where several began at once', async () => {
    await fresh()
    for (const day of ['03', '01', '02', '02', '02']) {
      await recordVisit(doctor(), { ...kneePain, patientId, beganAt: `2026-01-${day}T10:00:00Z` })
    }
    const seen: string[] = []
    let after: string | null = null
    do {
      const next: Awaited<ReturnType<typeof listVisits>> = await listVisits(doctor(), {
        ...lists,
        patientId,
        after,
        limit: 2,
      })
      seen.push(...next.items.map(({ id, localDate }) => `${localDate} ${id}`))
      after = next.next
    } while (after !== null)
    expect(seen).toHaveLength(5)
    expect(seen).toEqual([...new Set(seen)].sort().reverse())
  })
})

describe('a visit that is changed', () => {
  it('changes in what is given alone, and keeps what it said before with who wrote it and when', async () => {
    await fresh()
    const { id: visitId } = await recordVisit(nurse(), { ...wholeVisit, patientId, medicines: [], tests: ['CT liver'] })
    const first = await getVisit(doctor(), { visitId })
    hospital.clock.advance(60)
    await updateVisit(doctor(), { visitId, version: 1, diagnosis: 'Kreuzbandriss', internalNote: null })
    hospital.clock.advance(60)
    await updateVisit(doctor(), { visitId, version: 2, vitals: null, kind: 'emergency' })
    expect(await getVisit(doctor(), { visitId })).toMatchObject({
      kind: 'emergency',
      chiefComplaint: wholeVisit.chiefComplaint,
      diagnosis: 'Kreuzbandriss',
      tests: ['CT liver'],
      vitals: null,
      internalNote: null,
      version: 3,
      recordedBy: first.recordedBy,
    })
    const { items } = await listVisitHistory(nurse(), { ...page, visitId })
    const { userId } = hospital.doctor as { userId: string }
    const { vitals, medicines, tests, kind, diagnosis, internalNote, followUp, beganAt } = first
    expect(items).toMatchObject([
      { version: 2, writtenBy: `user:${userId}`, diagnosis: 'Kreuzbandriss', kind, vitals, internalNote: null },
      {
        version: 1,
        writtenBy: first.recordedBy,
        writtenAt: first.recordedAt,
        diagnosis,
        internalNote,
        vitals,
        medicines,
        tests,
        kind,
        followUp,
        beganAt,
      },
    ])
    const older = await listVisitHistory(nurse(), { visitId, after: 2, limit: 1 })
    expect(older).toMatchObject({ items: [{ version: 1 }], next: null })
    const [row] = await hospital.db.sql<{ text: string }>({
      text: `select r::text || encode(r.content_cipher, 'escape') as text from visit_revision r where visit_id = $1 limit 1`,
      values: [visitId],
    })
    expect(row?.text).not.toMatch(/Knie|Distorsion|liver/)
  })

  it('is changed once by several who read the same version: nothing is lost unseen', async () => {
    await fresh()
    const { id: visitId } = await recordVisit(doctor(), { ...kneePain, patientId })
    const change = (plan: string) => updateVisit(doctor(), { visitId, version: 1, plan })
    const tries = await Promise.allSettled([change('a'), change('b'), change('c'), change('d')])
    expect(outcomesOf(tries)).toEqual({ done: 1, codes: ['stale_version', 'stale_version', 'stale_version'] })
    expect((await listVisitHistory(doctor(), { ...page, visitId })).items).toHaveLength(1)
  })

  it('has a history that nobody rewrites, and no visit is deleted by the app', async () => {
    await fresh()
    const { id: visitId } = await recordVisit(doctor(), { ...kneePain, patientId, internalNote: 'x' })
    await updateVisit(doctor(), { visitId, version: 1, plan: 'b' })
    for (const table of ['visit_revision', 'visit_internal_note']) {
      await expect(
        doctor().sql({ text: `update ${table} set written_by = 'nobody' where visit_id = $1`, values: [visitId] }),
      ).rejects.toMatchObject({ code: '42501' })
      await expect(
        doctor().sql({ text: `delete from ${table} where visit_id = $1`, values: [visitId] }),
      ).rejects.toMatchObject({ code: '42501' })
    }
    await expect(doctor().sql({ text: 'delete from visit where id = $1', values: [visitId] })).rejects.toMatchObject({
      code: '42501',
    })
  })

  it('that was a mistake stays with its reason, is out of sight, and changes no more', async () => {
    await fresh()
    const { id: visitId } = await recordVisit(doctor(), { ...kneePain, patientId })
    await expect(withdrawVisit(doctor(), { visitId, version: 2, reason: 'x' })).rejects.toMatchObject({
      code: 'stale_version',
    })
    await withdrawVisit(doctor(), { visitId, version: 1, reason: 'Of the next bed' })
    expect((await listVisits(doctor(), { ...lists, patientId })).items).toEqual([])
    const { items } = await listVisits(doctor(), { ...lists, patientId, includeErroneous: true })
    expect(items).toMatchObject([{ id: visitId, chiefComplaint: kneePain.chiefComplaint, reason: 'Of the next bed' }])
    expect(await getVisit(doctor(), { visitId })).toMatchObject({ erroneousAt: hospital.clock.now.toISOString() })
    for (const again of [
      () => updateVisit(doctor(), { visitId, version: 2, plan: 'x' }),
      () => withdrawVisit(doctor(), { visitId, version: 2, reason: 'x' }),
    ]) {
      await expect(again()).rejects.toMatchObject({ code: 'not_found' })
    }
  })
})

describe('the record of visits', () => {
  it('says who read and who changed them, and holds no word of what they say', async () => {
    await fresh()
    const { id: visitId } = await recordVisit(doctor(), { ...kneePain, patientId })
    await updateVisit(doctor(), { visitId, version: 1, diagnosis: 'Kreuzbandriss' })
    await getVisit(nurse(), { visitId })
    await listVisitHistory(nurse(), { ...page, visitId })
    await hospital.db.readLog.settled()
    const entries = await hospital.db.sql<{ action: string; changed: string[]; text: string }>({
      text: 'select action, changed, e::text as text from audit_entry e where resource_id = $1 order by seq',
      values: [visitId],
    })
    expect(entries.map(({ action }) => action)).toEqual(['visit.record', 'visit.update', 'visit.read', 'visit.history'])
    expect(entries[1]?.changed).toEqual(['diagnosis'])
    expect(entries.map(({ text }) => text).join()).not.toMatch(/Knie|Kreuzband/)
  })

  it('is kept as long as the law wants of the last treatment, which a visit is, and then goes whole', async () => {
    const { id: outpatient } = await registerPatient(admin(), {
      givenName: 'Otto',
      familyName: 'Ambulant',
      birthDate: '1966-03-14',
      sex: 'male',
    })
    await assignCareTeam(admin(), { membershipId: membershipOf(hospital.doctor), charge: { patientId: outpatient } })
    const { id: visitId } = await recordVisit(doctor(), {
      ...wholeVisit,
      medicines: [],
      tests: [],
      patientId: outpatient,
    })
    await updateVisit(doctor(), { visitId, version: 1, plan: 'x' })
    const { kept } = await erasePatient(admin(), { patientId: outpatient, reason: 'Asked for it' })
    expect(kept.map(({ what }) => what)).toEqual(
      expect.arrayContaining(['visit', 'visit_revision', 'visit_internal_note']),
    )
    await expect(getVisit(doctor(), { visitId })).rejects.toMatchObject({ code: 'not_found' })
  })
})
