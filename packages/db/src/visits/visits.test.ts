import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outcomesOf } from '../../test/held-transaction.ts'
import { membershipOf, type TestHospital, testHospital } from '../../test/hospital.ts'
import { patientLogin } from '../../test/patient-login.ts'
import { assignCareTeam } from '../care-team/care-team.ts'
import { giveDirective } from '../consent/give-directive.ts'
import { uuidv7 } from '../kernel/ids.ts'
import { registerPatient } from '../patients/register-patient.ts'
import { exportRecord } from '../patients/record/export-record.ts'
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
const knee = { kind: 'consultation', chiefComplaint: 'Schmerzen im Knie' } as const

/** Everything that can be said of a visit. */
const whole = {
  ...knee,
  symptoms: 'Schwellung',
  examination: 'Erguss',
  diagnosis: 'Distorsion',
  plan: 'Schonung',
  medicines: [{ name: 'Ibuprofen', details: '400 mg' }, { name: 'Pantoprazol' }],
  tests: ['CT liver', 'MR des Knies'],
  notes: 'Kommt mit Kruecken',
  internalNote: 'Wirkt aengstlich',
  vitals: { temperature: 98.6, temperatureUnit: '[degF]', bloodPressure: '120/80', weightKg: 70, heightCm: 175 },
  followUp: { on: '2190-01-01', at: '08:30', note: 'Mit Bildern' },
} as const

describe('a visit', () => {
  it('comes back as it was written, and nothing of it is readable in the database', async () => {
    await fresh()
    const { id: visitId } = await recordVisit(doctor(), {
      ...whole,
      medicines: [...whole.medicines],
      tests: [...whole.tests],
      patientId,
    })
    const read = await getVisit(nurse(), { visitId })
    expect(read).toMatchObject({
      ...whole,
      patientId,
      beganAt: hospital.clock.now.toISOString(),
      medicines: [whole.medicines[0], { name: 'Pantoprazol', details: null }],
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
    const { id: visitId } = await recordVisit(doctor(), { ...knee, patientId, beganAt: '2026-01-31T23:30:00Z' })
    expect(await getVisit(doctor(), { visitId })).toMatchObject({
      beganAt: '2026-01-31T23:30:00.000Z',
      localDate: '2026-02-01',
      localTime: '00:30',
      timeZone: 'Europe/Vienna',
    })
    const tomorrow = new Date(hospital.clock.now.getTime() + 86_400_000).toISOString()
    await expect(recordVisit(doctor(), { ...knee, patientId, beganAt: tomorrow })).rejects.toMatchObject({
      code: 'invalid',
      details: { field: 'beganAt' },
    })
  })

  it('is followed up on its own day or later, by the hospital’s calendar', async () => {
    await fresh()
    const visit = { ...knee, patientId, beganAt: '2026-01-31T23:30:00Z' }
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
    await expect(recordVisit(doctor(), { ...knee, patientId, vitals: { temperature: 98.6 } })).rejects.toMatchObject({
      code: 'invalid',
      details: { field: 'vitals.temperature' },
    })
    expect((await listVisits(doctor(), { ...lists, patientId })).items).toEqual([])
  })

  it('is listed newest first, by when it began, with none skipped where several began at once', async () => {
    await fresh()
    for (const day of ['03', '01', '02', '02', '02']) {
      await recordVisit(doctor(), { ...knee, patientId, beganAt: `2026-01-${day}T10:00:00Z` })
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
    const { id: visitId } = await recordVisit(nurse(), { ...whole, patientId, medicines: [], tests: ['CT liver'] })
    const first = await getVisit(doctor(), { visitId })
    hospital.clock.advance(60)
    await updateVisit(doctor(), { visitId, version: 1, diagnosis: 'Kreuzbandriss', internalNote: null })
    hospital.clock.advance(60)
    await updateVisit(doctor(), { visitId, version: 2, vitals: null, kind: 'emergency' })
    expect(await getVisit(doctor(), { visitId })).toMatchObject({
      kind: 'emergency',
      chiefComplaint: whole.chiefComplaint,
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
    const { id: visitId } = await recordVisit(doctor(), { ...knee, patientId })
    const change = (plan: string) => updateVisit(doctor(), { visitId, version: 1, plan })
    const tries = await Promise.allSettled([change('a'), change('b'), change('c'), change('d')])
    expect(outcomesOf(tries)).toEqual({ done: 1, codes: ['stale_version', 'stale_version', 'stale_version'] })
    expect((await listVisitHistory(doctor(), { ...page, visitId })).items).toHaveLength(1)
  })

  it('has a history that nobody rewrites, and no visit is deleted by the app', async () => {
    await fresh()
    const { id: visitId } = await recordVisit(doctor(), { ...knee, patientId, internalNote: 'x' })
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
    const { id: visitId } = await recordVisit(doctor(), { ...knee, patientId })
    await expect(withdrawVisit(doctor(), { visitId, version: 2, reason: 'x' })).rejects.toMatchObject({
      code: 'stale_version',
    })
    await withdrawVisit(doctor(), { visitId, version: 1, reason: 'Of the next bed' })
    expect((await listVisits(doctor(), { ...lists, patientId })).items).toEqual([])
    const { items } = await listVisits(doctor(), { ...lists, patientId, includeErroneous: true })
    expect(items).toMatchObject([{ id: visitId, chiefComplaint: knee.chiefComplaint, reason: 'Of the next bed' }])
    expect(await getVisit(doctor(), { visitId })).toMatchObject({ erroneousAt: hospital.clock.now.toISOString() })
    for (const again of [
      () => updateVisit(doctor(), { visitId, version: 2, plan: 'x' }),
      () => withdrawVisit(doctor(), { visitId, version: 2, reason: 'x' }),
    ]) {
      await expect(again()).rejects.toMatchObject({ code: 'not_found' })
    }
  })
})

describe('who may', () => {
  it('change a visit: its own clinician, whoever wrote it down, and any doctor of the team', async () => {
    await fresh()
    const membershipId = membershipOf(hospital.doctor)
    const colleague = await hospital.hire('nurse')
    await assignCareTeam(admin(), { membershipId: membershipOf(colleague), charge: { patientId } })
    const own = await recordVisit(nurse(), { ...knee, patientId })
    const written = await recordVisit(nurse(), { ...knee, patientId, membershipId })
    const doctors = await recordVisit(doctor(), { ...knee, patientId })
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
    const visit = { ...knee, patientId }
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
    const { id: visitId } = await recordVisit(doctor(), { ...knee, patientId })
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
    const { id: visitId } = await recordVisit(doctor(), { ...knee, patientId })
    await hospital.db.sql({
      text: `insert into registration (id, hospital_id, patient_id, mrn, created_at) values ($1, $2, $3, 'E-1', now())`,
      values: [uuidv7(), elsewhere.hospitalId, patientId],
    })
    const membershipId = membershipOf(elsewhere.doctor)
    await assignCareTeam(elsewhere.as(elsewhere.admin), { membershipId, charge: { patientId } })
    const theirs = elsewhere.as(elsewhere.doctor)
    expect((await listVisits(theirs, { ...lists, patientId })).items).toEqual([])
    await expect(getVisit(theirs, { visitId })).rejects.toMatchObject({ code: 'not_found' })
    const { id } = await recordVisit(theirs, { ...knee, patientId })
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
      ...whole,
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
    expect(text).toContain(whole.diagnosis)
    expect(text).toContain('"clinician":{')
    expect(text).not.toContain('Simulation')
    expect(await patient().sql({ text: 'select 1 from visit where id = $1', values: [visitId] })).toHaveLength(1)
    expect(await patient().sql({ text: 'select 1 from visit_internal_note' })).toEqual([])
    // The hospital's own export has it.
    expect(JSON.stringify((await exportRecord(admin(), { patientId })).tables)).toContain(words)
  })
})

describe('the record of visits', () => {
  it('says who read and who changed them, and holds no word of what they say', async () => {
    await fresh()
    const { id: visitId } = await recordVisit(doctor(), { ...knee, patientId })
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
    const { id: visitId } = await recordVisit(doctor(), { ...whole, medicines: [], tests: [], patientId: outpatient })
    await updateVisit(doctor(), { visitId, version: 1, plan: 'x' })
    const { kept } = await erasePatient(admin(), { patientId: outpatient, reason: 'Asked for it' })
    expect(kept.map(({ what }) => what)).toEqual(
      expect.arrayContaining(['visit', 'visit_revision', 'visit_internal_note']),
    )
    await expect(getVisit(doctor(), { visitId })).rejects.toMatchObject({ code: 'not_found' })
  })
})
