import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestHospital, testHospital } from '../../test/hospital.ts'
import { kneeCase, openedCase } from '../../test/opened-case.ts'
import { kneePain } from '../../test/visit-content.ts'
import { getVisit } from '../visits/read-visits.ts'
import { recordVisit } from '../visits/record-visit.ts'
import { readCaseTimeline } from './case-timeline.ts'
import { assignVisit, removeVisit } from './file-visit.ts'
import { resolveCase } from './move-case.ts'
import { openCase } from './open-case.ts'
import { getCase, listCases, listCaseVisits } from './read-cases.ts'
import { updateCase } from './update-case.ts'
import { withdrawCase } from './withdraw-case.ts'

let hospital: TestHospital
beforeAll(async () => {
  hospital = await testHospital()
})
afterAll(() => hospital[Symbol.asyncDispose]())

const doctor = () => hospital.as(hospital.doctor)
const nurse = () => hospital.as(hospital.nurse)
const page = { after: null, limit: 100 }
const all = { ...page, status: 'all', includeErroneous: false } as const

describe('the visits of a case', () => {
  it('are put in and taken out, once each, and stand on its timeline when they were', async () => {
    const { patientId, caseId } = await openedCase(hospital)
    const { id: other } = await openCase(doctor(), { title: 'Anderes', kind: 'other', patientId })
    hospital.clock.advance(60)
    const { id: first } = await recordVisit(doctor(), { ...kneePain, patientId, caseId })
    hospital.clock.advance(60)
    const { id: second } = await recordVisit(nurse(), { ...kneePain, kind: 'home', patientId })
    hospital.clock.advance(60)
    await assignVisit(nurse(), { caseId, visitId: second })
    await assignVisit(nurse(), { caseId, visitId: second })
    expect((await getCase(doctor(), { caseId })).visits.items.map(({ id }) => id)).toEqual([second, first])
    hospital.clock.advance(60)
    await assignVisit(doctor(), { caseId: other, visitId: first })
    expect(await getVisit(doctor(), { visitId: first })).toMatchObject({ caseId: other, version: 1 })
    expect((await listCaseVisits(doctor(), { ...page, caseId })).items.map(({ id }) => id)).toEqual([second])
    hospital.clock.advance(60)
    await removeVisit(doctor(), { caseId, visitId: second })
    await expect(removeVisit(doctor(), { caseId, visitId: second })).rejects.toMatchObject({ code: 'not_found' })
    await expect(removeVisit(doctor(), { caseId, visitId: first })).rejects.toMatchObject({ code: 'not_found' })
    expect(await getCase(doctor(), { caseId })).toMatchObject({ visitCount: 0 })
    await assignVisit(doctor(), { caseId, visitId: second })

    const items: string[] = []
    let after: string | null = null
    do {
      const next: Awaited<ReturnType<typeof readCaseTimeline>> = await readCaseTimeline(nurse(), {
        caseId,
        after,
        limit: 2,
      })
      items.push(...next.items.map(({ kind, visitId }) => `${kind} ${visitId ?? ''}`.trim()))
      after = next.next
    } while (after !== null)
    expect(items).toEqual([
      'opened',
      `visit_assigned ${first}`,
      `visit ${second}`,
      `visit_assigned ${second}`,
      `visit_removed ${first}`,
      `visit_removed ${second}`,
      `visit_assigned ${second}`,
    ])
    const timeline = await readCaseTimeline(nurse(), { ...page, caseId })
    expect(timeline.items.find(({ kind }) => kind === 'visit')).toMatchObject({
      visit: { kind: 'home', chiefComplaint: kneePain.chiefComplaint },
      at: expect.any(String),
    })
  })

  it('are of one patient: another’s is not put in, by the verb or by the database', async () => {
    const [mine, theirs] = [await openedCase(hospital), await openedCase(hospital)]
    const { id: visitId } = await recordVisit(doctor(), { ...kneePain, patientId: theirs.patientId })
    await expect(assignVisit(doctor(), { caseId: mine.caseId, visitId })).rejects.toMatchObject({ code: 'not_found' })
    await expect(
      recordVisit(doctor(), { ...kneePain, patientId: theirs.patientId, caseId: mine.caseId }),
    ).rejects.toMatchObject({ code: 'not_found', details: { resource: 'case' } })
    await expect(
      hospital.db.sql({ text: 'update visit set case_id = $2 where id = $1', values: [visitId, mine.caseId] }),
    ).rejects.toMatchObject({ constraint: 'visit_case_fk' })
    expect(await getVisit(doctor(), { visitId })).toMatchObject({ caseId: null })
  })

  it('stay what they are when the case was opened in error, and are put into it no more', async () => {
    const { patientId, caseId } = await openedCase(hospital)
    const { id: visitId } = await recordVisit(doctor(), { ...kneePain, patientId, caseId })
    expect(await withdrawCase(doctor(), { caseId, version: 1, reason: 'Des Nachbarn' })).toEqual({
      version: 2,
      visits: 1,
    })
    expect(await getVisit(doctor(), { visitId })).toMatchObject({ caseId: null, erroneousAt: null })
    expect((await listCases(doctor(), { ...all, patientId })).items).toEqual([])
    expect((await listCases(doctor(), { ...all, patientId, includeErroneous: true })).items).toMatchObject([
      { id: caseId, title: kneeCase.title, reason: 'Des Nachbarn' },
    ])
    const { items } = await readCaseTimeline(doctor(), { ...page, caseId })
    expect(items.map(({ kind }) => kind).slice(0, 2)).toEqual(['opened', 'visit_assigned'])
    // In one moment, in whatever order.
    expect(
      items
        .map(({ kind }) => kind)
        .slice(2)
        .sort(),
    ).toEqual(['visit_removed', 'withdrawn'])
    for (const again of [
      () => assignVisit(doctor(), { caseId, visitId }),
      () => recordVisit(doctor(), { ...kneePain, patientId, caseId }),
      () => updateCase(doctor(), { caseId, version: 2, title: 'x' }),
      () => resolveCase(doctor(), { caseId, version: 2, outcome: 'unchanged' }),
      () => withdrawCase(doctor(), { caseId, version: 2, reason: 'x' }),
    ]) {
      await expect(again()).rejects.toMatchObject({ code: 'not_found' })
    }
  })

  it('are never left in a case that is withdrawn while they are put in', async () => {
    for (let round = 0; round < 5; round++) {
      const { patientId, caseId } = await openedCase(hospital)
      const { id: visitId } = await recordVisit(doctor(), { ...kneePain, patientId })
      await Promise.allSettled([
        assignVisit(doctor(), { caseId, visitId }),
        withdrawCase(nurse(), { caseId, version: 1, reason: 'x' }),
        recordVisit(nurse(), { ...kneePain, patientId, caseId }),
      ])
      const left = await hospital.db.sql({ text: 'select 1 from visit where case_id = $1', values: [caseId] })
      expect(left).toEqual([])
    }
  })
})
