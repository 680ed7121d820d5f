import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { holdTransaction, outcomesOf } from '../../../test/held-transaction.ts'
import { membershipOf, patientActor, type TestHospital, testHospital } from '../../../test/hospital.ts'
import { actingAs, openPatientLogin, patientLogin } from '../../../test/patient-login.ts'
import { send } from '../../../test/readings.ts'
import { inHours } from '../../../test/visits.ts'
import { dischargePatient } from '../../admissions/discharge-patient.ts'
import { listAdmissions } from '../../admissions/list-admissions.ts'
import { assignCareTeam } from '../../care-team/care-team.ts'
import { assignVisit } from '../../cases/file-visit.ts'
import { openCase } from '../../cases/open-case.ts'
import { getCase } from '../../cases/read-cases.ts'
import { addEntry } from '../../clinical-lists/add-entry.ts'
import { listEntries } from '../../clinical-lists/list-entries.ts'
import { giveDirective, type GiveDirectiveInput } from '../../consent/give-directive.ts'
import { uuidv7 } from '../../kernel/ids.ts'
import { revokeAccess } from '../../patient-access/change-access.ts'
import { listPatientAccess } from '../../patient-access/list-access.ts'
import { readSummary } from '../../vitals/read-bedside.ts'
import { readDaily, readHistory, readHourly } from '../../vitals/read-vitals.ts'
import { getVisit, listVisits } from '../../visits/read-visits.ts'
import { recordVisit } from '../../visits/record-visit.ts'
import { updateVisit } from '../../visits/update-visit.ts'
import { listVisitHistory } from '../../visits/visit-history.ts'
import { getHistory, getPatient } from '../get-patient.ts'
import { listPatients } from '../list-patients.ts'
import { removePatient } from '../remove-patient.ts'
import { updatePatient } from '../update-patient.ts'
import { listMerges } from './list-merges.ts'
import { mergePatients } from './merge-patients.ts'
import { followingTables, movedTables, stayingTables } from './moved-rows.ts'
import { unmergePatients } from './unmerge-patients.ts'
import { invitePatientLogin } from '../../../test/invite.ts'

let hospital: TestHospital
beforeAll(async () => {
  hospital = await testHospital()
})
afterAll(() => hospital[Symbol.asyncDispose]())

const admin = () => hospital.as(hospital.admin)
const doctor = () => hospital.as(hospital.doctor)
const because = 'Registered twice at night'
const page = { wardId: null, after: null, limit: 200 }

/** A patient who was here once: a stay, readings, a line on a list. */
async function formerPatient(familyName = 'Doppelt') {
  const { patientId, mrn } = await hospital.admit({ familyName })
  await updatePatient(doctor(), { patientId, version: 1, history: `History of ${mrn}` })
  await addEntry(doctor(), { patientId, kind: 'condition', name: `Condition of ${mrn}` })
  const at = hospital.clock.now.getTime()
  await send(
    hospital,
    [0, 1, 2].map((second) => ({ patientId, sourceTime: at - second * 1000, values: { heartRate: 70 + second } })),
  )
  await dischargePatient(admin(), { patientId })
  hospital.clock.advance(10)
  return { patientId, mrn }
}

describe('two files made one', () => {
  it('show stays, lists, histories, readings and statistics of both under the surviving one', async () => {
    const gone = await formerPatient()
    const { patientId, mrn } = await hospital.admit({ familyName: 'Doppelt' })
    await send(hospital, [{ patientId, values: { heartRate: 90 } }])
    await mergePatients(admin(), { patientId, mergedId: gone.patientId, reason: because })

    expect(await listAdmissions(admin(), { patientId })).toHaveLength(2)
    const lists = { patientId, kind: null, includeErroneous: false, after: null, limit: 10 }
    expect((await listEntries(doctor(), lists)).items).toMatchObject([{ name: `Condition of ${gone.mrn}`, patientId }])
    expect(await getHistory(doctor(), { patientId })).toMatchObject({
      history: null,
      former: [{ patientId: gone.patientId, history: `History of ${gone.mrn}` }],
    })
    expect(await getPatient(admin(), { patientId })).toMatchObject({ mrn, formerMrns: [gone.mrn] })

    const rates: (number | null)[] = []
    let after: string | null = null
    do {
      const readings: Awaited<ReturnType<typeof readHistory>> = await readHistory(doctor(), {
        patientId,
        limit: 1,
        after,
        from: null,
      })
      rates.push(...readings.items.map(({ heartRate }) => heartRate))
      after = readings.next
    } while (after !== null)
    expect(rates).toEqual([90, 70, 71, 72])
    const day = hospital.clock.now.toISOString().slice(0, 10)
    const span = { from: `${day}T00:00:00Z`, to: new Date(Date.parse(day) + 3 * 86_400_000).toISOString() }
    const hours = await readHourly(doctor(), {
      patientId,
      from: new Date(Date.parse(span.from) - 86_400_000).toISOString(),
      to: span.to,
    })
    expect(hours.reduce((sum, { readings }) => sum + readings, 0)).toBe(4)
    expect(new Set(hours.map(({ start }) => start)).size).toBe(hours.length)
    const { days } = await readDaily(doctor(), {
      patientId,
      from: new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10),
      days: 3,
    })
    expect(days.reduce((sum, { heartRate }) => sum + (heartRate?.count ?? 0), 0)).toBe(4)

    expect(await readSummary(doctor(), { patientId })).toMatchObject({ readings: 4 })

    // The other is gone, and its number leads to the one that is left.
    await expect(getPatient(admin(), { patientId: gone.patientId })).rejects.toMatchObject({ code: 'not_found' })
    const found = async (search: object) =>
      (await listPatients(admin(), { ...page, ...search })).items.map(({ id }) => id)
    expect(await found({ mrn: gone.mrn })).toEqual([patientId])
    expect(await found({ name: 'Doppelt' })).toEqual([patientId])
    expect(await listMerges(admin(), { patientId })).toMatchObject([
      { patientId, mergedId: gone.patientId, reason: because, undoneAt: null },
    ])
  })

  it('are found by what only the one that went knows: its name, number and address', async () => {
    const contact = { phone: '+436605550001', email: 'einst@example.org' }
    const [gone, { patientId }] = [await formerPatient('Ehemals'), await hospital.admit({ familyName: 'Jetzt' })]
    await updatePatient(admin(), { patientId: gone.patientId, version: 2, ...contact })
    await mergePatients(admin(), { patientId, mergedId: gone.patientId, reason: because })
    for (const search of [{ phone: contact.phone }, { email: contact.email }, { name: 'ehemals' }]) {
      const { items } = await listPatients(admin(), { ...page, ...search })
      expect(items.map(({ id }) => id)).toEqual([patientId])
    }
  })

  it('take readings under the old wristband’s number to the patient who lies there now', async () => {
    const gone = await formerPatient()
    const { patientId } = await hospital.admit({ familyName: 'Doppelt' })
    await mergePatients(admin(), { patientId, mergedId: gone.patientId, reason: because })
    await send(hospital, [{ mrn: gone.mrn, values: { heartRate: 101 } }])
    expect((await readHistory(doctor(), { patientId, limit: 1, after: null, from: null })).items).toMatchObject([
      { patientId, heartRate: 101 },
    ])
  })

  it('let the logins of both act for the survivor, none of them twice', async () => {
    const [gone, { patientId }] = [await formerPatient(), await hospital.admit()]
    const both = await patientLogin(hospital, { patientId: gone.patientId, relation: 'spouse' })
    const { token } = await invitePatientLogin(admin(), { patientId, email: both.email, relation: 'guardian' })
    await openPatientLogin(hospital, { token, patientId, email: both.email })
    const self = await patientLogin(hospital, { patientId: gone.patientId })
    const { mergeId } = await mergePatients(admin(), { patientId, mergedId: gone.patientId, reason: because })
    const holders = async (id: string) =>
      (await listPatientAccess(admin(), { patientId: id })).map(({ userId, relation }) => [userId, relation])
    expect(await holders(patientId)).toEqual(
      expect.arrayContaining([
        [both.userId, 'guardian'],
        [self.userId, 'self'],
      ]),
    )
    expect(await holders(patientId)).toHaveLength(2)
    await expect(actingAs(hospital, both.userId, gone.patientId)).rejects.toMatchObject({ code: 'not_found' })
    await unmergePatients(admin(), { mergeId, reason: 'Two people' })
    expect(await holders(patientId)).toEqual([[both.userId, 'guardian']])
    expect(await holders(gone.patientId)).toEqual([
      [both.userId, 'spouse'],
      [self.userId, 'self'],
    ])
  })

  it('are refused while the one that would go is admitted, and when one is known elsewhere', async () => {
    const [{ patientId }, { patientId: mergedId }] = [await hospital.admit(), await hospital.admit()]
    const merging = () => mergePatients(admin(), { patientId, mergedId, reason: because })
    const refused = { code: 'merge_refused', details: { field: 'mergedId' } }
    await expect(merging()).rejects.toMatchObject(refused)
    await dischargePatient(admin(), { patientId: mergedId })
    const elsewhere = uuidv7()
    await hospital.db.sql({
      text: `insert into hospital (id, name, time_zone, created_at) values ($1, 'Elsewhere', 'UTC', now())`,
      values: [elsewhere],
    })
    await hospital.db.sql({
      text: `insert into registration (id, hospital_id, patient_id, mrn, created_at) values ($1, $1, $2, '1', now())`,
      values: [elsewhere, patientId],
    })
    await expect(merging()).rejects.toMatchObject(refused)
    await hospital.db.sql({ text: 'delete from registration where id = $1', values: [elsewhere] })
    await merging()
  })

  it('are refused where the patient directed more on the one that would go than the survivor says', async () => {
    const hour = (hours: number) => inHours(hospital, hours)
    const recipient = { kind: 'hospital', hospitalId: hospital.hospitalId } as const
    const direct = (patientId: string, given: Partial<GiveDirectiveInput>) =>
      giveDirective(hospital.as(patientActor(patientId)), {
        patientId,
        effect: 'deny',
        purposes: ['research'],
        recipient,
        ...given,
      })
    const both = async (gone: Partial<GiveDirectiveInput>, stays: Partial<GiveDirectiveInput>) => {
      const files = { patientId: (await formerPatient()).patientId, mergedId: (await formerPatient()).patientId }
      await direct(files.mergedId, gone)
      await direct(files.patientId, stays)
      hospital.clock.advance(1)
      const merged = mergePatients(admin(), { ...files, reason: because })
      return merged.then(
        () => 'merged',
        ({ code }: { code: string }) => code,
      )
    }
    expect(await both({}, { effect: 'permit' })).toBe('merge_refused')
    expect(await both({}, { effectiveUntil: hour(5) })).toBe('merge_refused')
    expect(await both({ effectiveUntil: hour(5) }, {})).toBe('merged')
    expect(await both({}, {})).toBe('merged')
    expect(await both({}, { effect: 'permit', purposes: ['quality'] })).toBe('merged')
  })

  it('need both to be the administrator’s own, and two', async () => {
    const { patientId } = await hospital.admit()
    for (const mergedId of [uuidv7(), (await formerPatient()).patientId]) {
      await expect(mergePatients(doctor(), { patientId, mergedId, reason: because })).rejects.toMatchObject({
        code: 'forbidden',
      })
    }
    await expect(mergePatients(admin(), { patientId, mergedId: uuidv7(), reason: because })).rejects.toMatchObject({
      code: 'not_found',
    })
    await expect(mergePatients(admin(), { patientId, mergedId: patientId, reason: because })).rejects.toMatchObject({
      code: 'invalid',
    })
    await expect(unmergePatients(admin(), { mergeId: uuidv7(), reason: because })).rejects.toMatchObject({
      code: 'not_found',
    })
  })

  it('are made one once, however many merge them in the same moment, whichever way round', async () => {
    const [one, two] = [await formerPatient(), await formerPatient()]
    const tries = [0, 1, 2, 3].map((index) => {
      const [patientId, mergedId] = index % 2 === 0 ? [one.patientId, two.patientId] : [two.patientId, one.patientId]
      return mergePatients(admin(), { patientId, mergedId, reason: because })
    })
    expect(outcomesOf(await Promise.allSettled(tries))).toEqual({
      done: 1,
      codes: ['not_found', 'not_found', 'not_found'],
    })
  })

  it('wait for an admission of the one that goes, and then are refused', async () => {
    const [gone, { patientId }] = [await formerPatient(), await hospital.admit()]
    await using held = await holdTransaction(hospital.url)
    await held.sql({
      text: 'select 1 from registration where patient_id = $1 for share',
      values: [gone.patientId],
    })
    const merging = mergePatients(admin(), { patientId, mergedId: gone.patientId, reason: because }).catch(
      (error: unknown) => error,
    )
    await held.isWaitedFor()
    await held.sql({
      text: `insert into admission (id, hospital_id, patient_id, ward_id, status, admitted_at, admitted_by)
             values ($1, $2, $3, $4, 'admitted', now(), 'test')`,
      values: [uuidv7(), hospital.hospitalId, gone.patientId, hospital.wardId],
    })
    await held.commit()
    expect(await merging).toMatchObject({ code: 'merge_refused' })
  })
})

describe('a merge undone', () => {
  it('leaves a merge that was undone or built upon alone', async () => {
    const [first, second, third] = [await formerPatient(), await formerPatient(), await formerPatient()]
    const inner = await mergePatients(admin(), {
      patientId: second.patientId,
      mergedId: first.patientId,
      reason: because,
    })
    const outer = await mergePatients(admin(), {
      patientId: third.patientId,
      mergedId: second.patientId,
      reason: because,
    })
    expect((await getPatient(admin(), { patientId: third.patientId })).formerMrns.sort()).toEqual([
      first.mrn,
      second.mrn,
    ])
    const undo = (mergeId: string) => unmergePatients(admin(), { mergeId, reason: 'Two people' })
    await expect(undo(inner.mergeId)).rejects.toMatchObject({ code: 'not_found' })
    await undo(outer.mergeId)
    await expect(undo(outer.mergeId)).rejects.toMatchObject({ code: 'not_found' })
    expect(await undo(inner.mergeId)).toMatchObject({ patientId: second.patientId, mergedId: first.patientId })
    expect(await listMerges(admin(), { patientId: third.patientId })).toMatchObject([{ undoReason: 'Two people' }])
  })

  it('returns a login that came meanwhile through an invitation to the other file', async () => {
    const [gone, { patientId }] = [await formerPatient(), await hospital.admit()]
    const email = `${uuidv7()}@example.org`
    const { token } = await invitePatientLogin(admin(), { patientId: gone.patientId, email, relation: 'self' })
    const { mergeId } = await mergePatients(admin(), { patientId, mergedId: gone.patientId, reason: because })
    const login = await openPatientLogin(hospital, { token, patientId, email })
    await unmergePatients(admin(), { mergeId, reason: 'Two people' })
    expect(await listPatientAccess(admin(), { patientId })).toEqual([])
    expect(await listPatientAccess(admin(), { patientId: gone.patientId })).toMatchObject([{ userId: login.userId }])
  })

  it('gives a login back its leave once, however it came by it', async () => {
    const [gone, { patientId }] = [await formerPatient(), await hospital.admit()]
    const { email, userId } = await patientLogin(hospital, { patientId: gone.patientId })
    const survivor = { patientId, email, relation: 'self' } as const
    const { token: first } = await invitePatientLogin(admin(), survivor)
    const { accessId } = await openPatientLogin(hospital, { ...survivor, token: first })
    const { token } = await invitePatientLogin(admin(), { ...survivor, patientId: gone.patientId })
    const { mergeId } = await mergePatients(admin(), { patientId, mergedId: gone.patientId, reason: because })
    await revokeAccess(admin(), { patientId, accessId, evenLastSelf: true })
    await openPatientLogin(hospital, { token, patientId, email })
    await unmergePatients(admin(), { mergeId, reason: 'Two people' })
    expect(await listPatientAccess(admin(), { patientId: gone.patientId })).toMatchObject([{ userId }])
  })

  it('gives back visits and cases with all that was written since, and takes apart what lies across', async () => {
    const knee = { kind: 'acute', title: 'Knee' } as const
    const visit = { kind: 'home', chiefComplaint: 'Knee' } as const
    const [gone, { patientId }] = [await hospital.admit(), await hospital.admit()]
    const { id: movedCase } = await openCase(doctor(), { ...knee, patientId: gone.patientId })
    const filed = { ...visit, patientId: gone.patientId, caseId: movedCase }
    const { id: movedVisit } = await recordVisit(doctor(), filed)
    const { id: whole } = await recordVisit(doctor(), filed)
    await dischargePatient(admin(), { patientId: gone.patientId })
    const { mergeId } = await mergePatients(admin(), { patientId, mergedId: gone.patientId, reason: because })
    expect(
      (await listVisits(doctor(), { patientId, includeErroneous: false, after: null, limit: 9 })).items,
    ).toHaveLength(2)
    expect(await getCase(doctor(), { caseId: movedCase })).toMatchObject({ patientId, visitCount: 2 })

    const { id: keptCase } = await openCase(doctor(), { ...knee, patientId })
    const { id: keptVisit } = await recordVisit(doctor(), { ...visit, patientId, caseId: movedCase })
    await assignVisit(doctor(), { caseId: keptCase, visitId: movedVisit })
    await updateVisit(doctor(), { visitId: movedVisit, version: 1, plan: 'Rest', internalNote: 'Among us' })
    await unmergePatients(admin(), { mergeId, reason: 'Two people' })

    expect(await getVisit(doctor(), { visitId: keptVisit })).toMatchObject({ patientId, caseId: null })
    await expect(getVisit(doctor(), { visitId: movedVisit })).rejects.toMatchObject({ code: 'not_found' })
    await assignCareTeam(admin(), {
      membershipId: membershipOf(hospital.doctor),
      charge: { patientId: gone.patientId },
    })
    const back = { patientId: gone.patientId }
    expect(await getVisit(doctor(), { visitId: movedVisit })).toMatchObject({
      ...back,
      caseId: null,
      internalNote: 'Among us',
    })
    expect(await getVisit(doctor(), { visitId: whole })).toMatchObject({ ...back, caseId: movedCase })
    const history = await listVisitHistory(doctor(), { visitId: movedVisit, after: null, limit: 9 })
    expect(history.items).toMatchObject([{ version: 1 }])
    const strays = await hospital.db.sql({
      text: `select 1 from visit_revision r join visit v on v.id = r.visit_id where v.patient_id <> r.patient_id
             union all select 1 from visit_internal_note n join visit v on v.id = n.visit_id where v.patient_id <> n.patient_id
             union all select 1 from care_case_event e join care_case c on c.id = e.case_id where c.patient_id <> e.patient_id`,
    })
    expect(strays).toEqual([])
  })
})

it('every table with a patient in it says whether its rows move', async () => {
  const tables = await hospital.db.sql<{ name: string }>({
    text: `select c.relname name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'patient_id'
            where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
            order by 1`,
  })
  const known = [...Object.keys(movedTables), ...Object.keys(followingTables), ...Object.keys(stayingTables)]
  expect(
    tables.map(({ name }) => name),
    'patients/merge/moved-rows.ts',
  ).toEqual(known.sort())
})

it('a file that was taken out cannot take another in', async () => {
  const [gone, survivor] = [await formerPatient(), await formerPatient()]
  await removePatient(admin(), { patientId: survivor.patientId })
  await expect(
    mergePatients(admin(), { patientId: survivor.patientId, mergedId: gone.patientId, reason: because }),
  ).rejects.toMatchObject({ code: 'not_found' })
})
