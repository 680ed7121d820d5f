import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outcomesOf } from '../../test/held-transaction.ts'
import { type TestHospital, testHospital } from '../../test/hospital.ts'
import { openedCase } from '../../test/opened-case.ts'
import { caseOutcomes } from './care-case.entity.ts'
import { assertLeads, caseStatuses, type CaseStatus, type CaseStep, isEnded } from './case-status.ts'
import { readCaseTimeline } from './case-timeline.ts'
import { reopenCase, resolveCase, setCaseStatus } from './move-case.ts'
import { getCase } from './read-cases.ts'

let hospital: TestHospital
beforeAll(async () => {
  hospital = await testHospital()
})
afterAll(() => hospital[Symbol.asyncDispose]())

const doctor = () => hospital.as(hospital.doctor)
const nurse = () => hospital.as(hospital.nurse)

describe('the status of a case', () => {
  it('ends with how it came out, and how satisfied the patient is', async () => {
    const { caseId } = await openedCase(hospital)
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
    const { items } = await readCaseTimeline(doctor(), { caseId, after: null, limit: 100 })
    expect(items.map(({ kind, fromStatus, toStatus, outcome }) => [kind, fromStatus, toStatus, outcome])).toEqual([
      ['opened', null, 'active', null],
      ['resolved', 'active', 'resolved', 'partially_improved'],
      ['status_changed', 'resolved', 'closed', null],
      ['reopened', 'closed', 'active', null],
    ])
  })

  it('changes once when two decide in the same moment', async () => {
    const { caseId } = await openedCase(hospital)
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
    const { caseId } = await openedCase(hospital)
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
    const { caseId } = await openedCase(hospital)
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
