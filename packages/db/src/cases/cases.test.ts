import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outcomesOf } from '../../test/held-transaction.ts'
import { membershipOf, type TestHospital, testHospital } from '../../test/hospital.ts'
import { patientLogin } from '../../test/patient-login.ts'
import { assignCareTeam, endCareTeam } from '../care-team/care-team.ts'
import { giveDirective } from '../consent/give-directive.ts'
import { getVisit } from '../visits/read-visits.ts'
import { recordVisit } from '../visits/record-visit.ts'
import { caseOutcomes } from './care-case.entity.ts'
import { assertLeads, caseStatuses, type CaseStatus, type CaseStep, isEnded } from './case-status.ts'
import { readCaseTimeline } from './case-timeline.ts'
import { assignVisit, removeVisit } from './file-visit.ts'
import { reopenCase, resolveCase, setCaseStatus } from './move-case.ts'
import { openCase } from './open-case.ts'
import { getCase, listActiveCases, listCases, listCaseVisits } from './read-cases.ts'
import { updateCase } from './update-case.ts'
import { withdrawCase } from './withdraw-case.ts'

let hospital: TestHospital
beforeAll(async () => {
  hospital = await testHospital()
})
afterAll(() => hospital[Symbol.asyncDispose]())

const doctor = () => hospital.as(hospital.doctor)
const nurse = () => hospital.as(hospital.nurse)
const admin = () => hospital.as(hospital.admin)
const page = { after: null, limit: 100 }
const all = { ...page, status: 'all', includeErroneous: false } as const
const knee = { title: 'Knieschmerz', kind: 'acute' } as const
const visit = { kind: 'consultation', chiefComplaint: 'Schmerzen im Knie' } as const

async function opened() {
  const { patientId } = await hospital.admit()
  const { id: caseId, number } = await openCase(doctor(), { ...knee, patientId })
  return { patientId, caseId, number }
}

describe('a case', () => {
  it('comes back as it was opened, owned by whoever opened it, and says nothing in the database', async () => {
    const { patientId } = await hospital.admit()
    const { id: caseId, number } = await openCase(doctor(), {
      ...knee,
      patientId,
      summary: 'Nach einem Sturz',
      severity: 'moderate',
      priority: 2,
    })
    expect(await getCase(nurse(), { caseId })).toMatchObject({
      ...knee,
      patientId,
      number,
      summary: 'Nach einem Sturz',
      severity: 'moderate',
      priority: 2,
      status: 'active',
      outcome: null,
      owner: { membershipId: membershipOf(hospital.doctor), name: 'Test doctor' },
      visitCount: 0,
      visits: { items: [], next: null },
      version: 1,
    })
    const [row] = await hospital.db.sql<{ text: string }>({
      text: `select c::text || encode(title_cipher, 'escape') || encode(summary_cipher, 'escape') as text
               from care_case c where id = $1`,
      values: [caseId],
    })
    expect(row?.text).not.toMatch(/Knie|Sturz/)
  })

  it('has a number of its own, however many are opened in the same moment, and none is left out', async () => {
    await using house = await testHospital()
    house.clock.now = new Date('2026-06-01T12:00:00Z')
    const { patientId } = await house.admit()
    const open = () => openCase(house.as(house.doctor), { ...knee, patientId })
    const many = await Promise.all(Array.from({ length: 12 }, open))
    const numbers = many.map(({ number }) => number).sort()
    expect(numbers).toEqual(Array.from({ length: 12 }, (_, index) => `CASE-2026-${String(index + 1).padStart(4, '0')}`))
    // One that came to nothing gives its number back.
    await expect(
      openCase(house.as(house.doctor), { ...knee, patientId, ownerId: membershipOf(house.admin) }),
    ).rejects.toMatchObject({ code: 'not_found' })
    // The year is that of the hospital’s own clock: in Vienna it is 2027 already.
    house.clock.now = new Date('2026-12-31T23:30:00Z')
    expect((await open()).number).toBe('CASE-2027-0001')
    house.clock.now = new Date('2026-12-31T22:30:00Z')
    expect((await open()).number).toBe('CASE-2026-0013')
  })

  it('keeps on its timeline what it said before, and is changed once by several who read the same version', async () => {
    const { caseId } = await opened()
    const ownerId = membershipOf(hospital.nurse)
    const change = (title: string) => updateCase(doctor(), { caseId, version: 1, title, summary: 'Neu', ownerId })
    const tries = await Promise.allSettled([change('Huefte'), change('Huefte'), change('Huefte')])
    expect(outcomesOf(tries)).toEqual({ done: 1, codes: ['stale_version', 'stale_version'] })
    expect(await getCase(doctor(), { caseId })).toMatchObject({
      title: 'Huefte',
      summary: 'Neu',
      kind: 'acute',
      owner: { membershipId: ownerId, name: 'Test nurse' },
      version: 2,
    })
    const { items } = await readCaseTimeline(doctor(), { ...page, caseId })
    expect(items.map(({ kind, former }) => [kind, former])).toEqual([
      ['opened', null],
      ['changed', { title: 'Knieschmerz', summary: null, ownerId: membershipOf(hospital.doctor) }],
    ])
    for (const nobodys of [membershipOf(hospital.admin), caseId]) {
      await expect(updateCase(doctor(), { caseId, version: 2, ownerId: nobodys })).rejects.toMatchObject({
        details: { resource: 'membership' },
      })
    }
  })

  it('is listed by status, newest first, page by page', async () => {
    const { patientId, caseId: first } = await opened()
    const { id: second } = await openCase(doctor(), { ...knee, patientId })
    const { id: third } = await openCase(doctor(), { ...knee, patientId })
    await resolveCase(doctor(), { caseId: second, version: 1, outcome: 'fully_resolved' })
    await setCaseStatus(doctor(), { caseId: third, version: 1, status: 'on_hold' })
    const ids = async (status: CaseStatus | 'open' | 'all') =>
      (await listCases(nurse(), { ...all, patientId, status })).items.map(({ id }) => id)
    expect(await ids('all')).toEqual([third, second, first])
    expect(await ids('open')).toEqual([third, first])
    expect(await ids('resolved')).toEqual([second])
    expect(await ids('closed')).toEqual([])
    const top = await listCases(nurse(), { ...all, patientId, limit: 2 })
    const rest = await listCases(nurse(), { ...all, patientId, limit: 2, after: top.next })
    expect([...top.items, ...rest.items].map(({ id }) => id)).toEqual([third, second, first])
    expect(rest.next).toBeNull()
  })
})

describe('the status of a case', () => {
  it('ends with how it came out, and how satisfied the patient is', async () => {
    const { caseId } = await opened()
    const ended = hospital.clock.now.toISOString()
    await resolveCase(doctor(), { caseId, version: 1, outcome: 'partially_improved', satisfaction: 4 })
    expect(await getCase(doctor(), { caseId })).toMatchObject({
      status: 'resolved',
      outcome: 'partially_improved',
      satisfaction: 4,
      endedAt: ended,
      version: 2,
    })
    hospital.clock.advance(60)
    await setCaseStatus(doctor(), { caseId, version: 2, status: 'closed' })
    expect(await getCase(doctor(), { caseId })).toMatchObject({
      status: 'closed',
      outcome: 'partially_improved',
      endedAt: ended,
    })
    await reopenCase(doctor(), { caseId, version: 3 })
    expect(await getCase(doctor(), { caseId })).toMatchObject({
      status: 'active',
      outcome: null,
      satisfaction: null,
      endedAt: null,
    })
    const { items } = await readCaseTimeline(doctor(), { ...page, caseId })
    expect(items.map(({ kind, fromStatus, toStatus, outcome }) => [kind, fromStatus, toStatus, outcome])).toEqual([
      ['opened', null, 'active', null],
      ['resolved', 'active', 'resolved', 'partially_improved'],
      ['status_changed', 'resolved', 'closed', null],
      ['reopened', 'closed', 'active', null],
    ])
  })

  it('changes once when two decide in the same moment', async () => {
    const { caseId } = await opened()
    const tries = await Promise.allSettled([
      resolveCase(doctor(), { caseId, version: 1, outcome: 'unchanged' }),
      setCaseStatus(nurse(), { caseId, version: 1, status: 'referred' }),
      resolveCase(nurse(), { caseId, version: 1, outcome: 'worsened' }),
    ])
    expect(outcomesOf(tries)).toEqual({ done: 1, codes: ['stale_version', 'stale_version'] })
  })

  it('never ends twice, never goes back but by reopening, and is refused by name', () => {
    const refusal = { code: 'case_status_refused', details: { field: 'status' } }
    const codeOf = (step: CaseStep, from: CaseStatus, to: CaseStatus) => {
      try {
        assertLeads(step, from, to)
        return 'leads'
      } catch (error) {
        return error
      }
    }
    const ways = (step: CaseStep) =>
      caseStatuses.flatMap((from) => caseStatuses.map((to) => ({ from, to, outcome: codeOf(step, from, to) })))
    const leading = (step: CaseStep) => ways(step).filter(({ outcome }) => outcome === 'leads')
    for (const step of ['change', 'resolve', 'reopen'] as const) {
      for (const { outcome } of ways(step).filter((one) => one.outcome !== 'leads')) {
        expect(outcome).toMatchObject(refusal)
      }
    }
    expect(leading('reopen').map(({ from, to }) => [isEnded(from), to])).toEqual(
      Array.from({ length: 3 }, () => [true, 'active']),
    )
    expect(leading('resolve').map(({ from, to }) => `${from} ${to}`)).toEqual([
      'active resolved',
      'ongoing resolved',
      'on_hold resolved',
      'referred resolved',
    ])
    const wrong = leading('change').filter(
      ({ from, to }) => from === to || to === 'resolved' || (isEnded(from) && to !== 'closed'),
    )
    expect(wrong).toEqual([])
    expect(leading('change')).toHaveLength(14)
  })

  it('walks by its verbs to nothing that the database would not have, whatever is tried', async () => {
    const { caseId } = await opened()
    const steps = fc.oneof(
      fc.constantFrom(...caseStatuses).map((to) => ({ step: 'change', to }) as const),
      fc.constantFrom(...caseOutcomes).map((outcome) => ({ step: 'resolve', outcome }) as const),
      fc.constant({ step: 'reopen' } as const),
    )
    let version = 1
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { maxLength: 6 }), async (walk) => {
        for (const one of walk) {
          const named = { caseId, version }
          const moved =
            one.step === 'resolve'
              ? resolveCase(doctor(), { ...named, outcome: one.outcome })
              : one.step === 'reopen'
                ? reopenCase(doctor(), named)
                : setCaseStatus(doctor(), { ...named, status: one.to as Exclude<CaseStatus, 'resolved'> })
          const result = await moved.catch((error: { code: string }) => error.code)
          if (typeof result !== 'string') ({ version } = result)
          expect(['case_status_refused', 'object']).toContain(typeof result === 'string' ? result : typeof result)
          const { status, endedAt, outcome } = await getCase(doctor(), { caseId })
          expect({ status, isEnded: endedAt !== null }).toEqual({ status, isEnded: isEnded(status) })
          expect(status === 'resolved' && outcome === null).toBe(false)
        }
      }),
      { numRuns: 15 },
    )
  })

  it('is held to it by the database: nothing resolved without an outcome, no sixth star', async () => {
    const { caseId } = await opened()
    for (const [change, constraint] of [
      [`status = 'resolved', ended_at = now()`, 'care_case_resolved_ck'],
      [`status = 'closed'`, 'care_case_ended_ck'],
      [`outcome = 'unchanged'`, 'care_case_outcome_ck'],
      [`status = 'resolved', ended_at = now(), outcome = 'unchanged', satisfaction = 6`, 'care_case_satisfaction_ck'],
      ['priority = 0', 'care_case_priority_ck'],
    ]) {
      await expect(
        hospital.db.sql({ text: `update care_case set ${change} where id = $1`, values: [caseId] }),
      ).rejects.toMatchObject({ constraint })
    }
  })
})

describe('the visits of a case', () => {
  it('are put in and taken out, once each, and stand on its timeline when they were', async () => {
    const { patientId, caseId } = await opened()
    const { id: other } = await openCase(doctor(), { title: 'Anderes', kind: 'other', patientId })
    hospital.clock.advance(60)
    const { id: first } = await recordVisit(doctor(), { ...visit, patientId, caseId })
    hospital.clock.advance(60)
    const { id: second } = await recordVisit(nurse(), { ...visit, kind: 'home', patientId })
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
      visit: { kind: 'home', chiefComplaint: visit.chiefComplaint },
      at: expect.any(String),
    })
  })

  it('are of one patient: another’s is not put in, by the verb or by the database', async () => {
    const [mine, theirs] = [await opened(), await opened()]
    const { id: visitId } = await recordVisit(doctor(), { ...visit, patientId: theirs.patientId })
    await expect(assignVisit(doctor(), { caseId: mine.caseId, visitId })).rejects.toMatchObject({ code: 'not_found' })
    await expect(
      recordVisit(doctor(), { ...visit, patientId: theirs.patientId, caseId: mine.caseId }),
    ).rejects.toMatchObject({ code: 'not_found', details: { resource: 'case' } })
    await expect(
      hospital.db.sql({ text: 'update visit set case_id = $2 where id = $1', values: [visitId, mine.caseId] }),
    ).rejects.toMatchObject({ constraint: 'visit_case_fk' })
    expect(await getVisit(doctor(), { visitId })).toMatchObject({ caseId: null })
  })

  it('stay what they are when the case was opened in error, and are put into it no more', async () => {
    const { patientId, caseId } = await opened()
    const { id: visitId } = await recordVisit(doctor(), { ...visit, patientId, caseId })
    expect(await withdrawCase(doctor(), { caseId, version: 1, reason: 'Des Nachbarn' })).toEqual({
      version: 2,
      visits: 1,
    })
    expect(await getVisit(doctor(), { visitId })).toMatchObject({ caseId: null, erroneousAt: null })
    expect((await listCases(doctor(), { ...all, patientId })).items).toEqual([])
    expect((await listCases(doctor(), { ...all, patientId, includeErroneous: true })).items).toMatchObject([
      { id: caseId, title: knee.title, reason: 'Des Nachbarn' },
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
      () => recordVisit(doctor(), { ...visit, patientId, caseId }),
      () => updateCase(doctor(), { caseId, version: 2, title: 'x' }),
      () => resolveCase(doctor(), { caseId, version: 2, outcome: 'unchanged' }),
      () => withdrawCase(doctor(), { caseId, version: 2, reason: 'x' }),
    ]) {
      await expect(again()).rejects.toMatchObject({ code: 'not_found' })
    }
  })

  it('are never left in a case that is withdrawn while they are put in', async () => {
    for (let round = 0; round < 5; round++) {
      const { patientId, caseId } = await opened()
      const { id: visitId } = await recordVisit(doctor(), { ...visit, patientId })
      await Promise.allSettled([
        assignVisit(doctor(), { caseId, visitId }),
        withdrawCase(nurse(), { caseId, version: 1, reason: 'x' }),
        recordVisit(nurse(), { ...visit, patientId, caseId }),
      ])
      const left = await hospital.db.sql({ text: 'select 1 from visit where case_id = $1', values: [caseId] })
      expect(left).toEqual([])
    }
  })
})

describe('one’s own open cases', () => {
  it('are those one leads, of patients in reach who let one see them', async () => {
    await using house = await testHospital()
    const as = () => house.as(house.doctor)
    const membershipId = membershipOf(house.doctor)
    const own = async () => (await listActiveCases(as(), page)).items.map(({ id }) => id)
    const open = async (ctx = as(), ownerId?: string) => {
      const { patientId } = await house.admit()
      return { patientId, ...(await openCase(ctx, { ...knee, patientId, ...(ownerId ? { ownerId } : {}) })) }
    }
    const [first, second] = [await open(), await open(house.as(house.nurse), membershipId)]
    await open(house.as(house.nurse))
    expect(await own()).toEqual([second.id, first.id])
    expect((await listActiveCases(as(), page)).items[1]).toMatchObject({ ...knee, familyName: 'Muster' })
    await resolveCase(as(), { caseId: first.id, version: 1, outcome: 'unchanged' })
    expect(await own()).toEqual([second.id])
    await giveDirective(house.as(house.admin), {
      patientId: second.patientId,
      effect: 'deny',
      purposes: ['treatment'],
      recipient: { kind: 'membership', membershipId },
      reference: 'Form 7',
    })
    expect(await own()).toEqual([])
    const third = await open()
    const [place] = await house.db.sql<{ id: string }>({
      text: 'select id from care_team_member where membership_id = $1 and until is null',
      values: [membershipId],
    })
    expect(await own()).toEqual([third.id])
    await endCareTeam(house.as(house.admin), { id: place?.id ?? '' })
    expect(await own()).toEqual([])
  })
})

describe('who may', () => {
  it('write cases: doctors and nurses of the team; viewers and the patient read them', async () => {
    const { patientId, caseId } = await opened()
    const self = await patientLogin(hospital, { patientId })
    const viewer = await hospital.hire('viewer')
    await assignCareTeam(admin(), { membershipId: membershipOf(viewer), charge: { patientId } })
    for (const actor of [viewer, self.actor]) {
      expect(await getCase(hospital.as(actor), { caseId })).toMatchObject({ owner: { name: 'Test doctor' } })
      expect((await readCaseTimeline(hospital.as(actor), { ...page, caseId })).items).toHaveLength(1)
    }
    await expect(listActiveCases(hospital.as(self.actor), page)).rejects.toMatchObject({ code: 'forbidden' })
    for (const actor of [viewer, self.actor, hospital.admin, await hospital.hire('front_desk')]) {
      for (const write of [
        () => openCase(hospital.as(actor), { ...knee, patientId }),
        () => updateCase(hospital.as(actor), { caseId, version: 1, title: 'x' }),
        () => resolveCase(hospital.as(actor), { caseId, version: 1, outcome: 'unchanged' }),
        () => withdrawCase(hospital.as(actor), { caseId, version: 1, reason: 'x' }),
      ]) {
        await expect(write()).rejects.toMatchObject({ code: 'forbidden' })
      }
    }
    for (const actor of [hospital.admin, await hospital.hire('front_desk')]) {
      await expect(getCase(hospital.as(actor), { caseId })).rejects.toMatchObject({ code: 'forbidden' })
    }
    const other = await patientLogin(hospital, { patientId: (await hospital.admit()).patientId })
    for (const actor of [other.actor, await hospital.hire('doctor')]) {
      for (const read of [
        () => getCase(hospital.as(actor), { caseId }),
        () => listCases(hospital.as(actor), { ...all, patientId }),
        () => listCaseVisits(hospital.as(actor), { ...page, caseId }),
        () => readCaseTimeline(hospital.as(actor), { ...page, caseId }),
      ]) {
        await expect(read()).rejects.toMatchObject({ code: 'not_found' })
      }
    }
  })
})
