import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outcomesOf } from '../../test/held-transaction.ts'
import { membershipOf, type TestHospital, testHospital } from '../../test/hospital.ts'
import { kneeCase, openedCase } from '../../test/opened-case.ts'
import { patientLogin } from '../../test/patient-login.ts'
import { assignCareTeam, endCareTeam } from '../care-team/care-team.ts'
import { giveDirective } from '../consent/give-directive.ts'
import type { CaseStatus } from './case-status.ts'
import { readCaseTimeline } from './case-timeline.ts'
import { resolveCase, setCaseStatus } from './move-case.ts'
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

describe('a case', () => {
  it('comes back as it was opened, owned by whoever opened it, and says nothing in the database', async () => {
    const { patientId } = await hospital.admit()
    const { id: caseId, number } = await openCase(doctor(), {
      ...kneeCase,
      patientId,
      summary: 'Nach einem Sturz',
      severity: 'moderate',
      priority: 2,
    })
    expect(await getCase(nurse(), { caseId })).toMatchObject({
      ...kneeCase,
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
    const open = () => openCase(house.as(house.doctor), { ...kneeCase, patientId })
    const many = await Promise.all(Array.from({ length: 12 }, open))
    const numbers = many.map(({ number }) => number).sort()
    expect(numbers).toEqual(Array.from({ length: 12 }, (_, index) => `CASE-2026-${String(index + 1).padStart(4, '0')}`))
    // One that came to nothing gives its number back.
    await expect(
      openCase(house.as(house.doctor), { ...kneeCase, patientId, ownerId: membershipOf(house.admin) }),
    ).rejects.toMatchObject({ code: 'not_found' })
    // The year is that of the hospital’s own clock: in Vienna it is 2027 already.
    house.clock.now = new Date('2026-12-31T23:30:00Z')
    expect((await open()).number).toBe('CASE-2027-0001')
    house.clock.now = new Date('2026-12-31T22:30:00Z')
    expect((await open()).number).toBe('CASE-2026-0013')
  })

  it('keeps on its timeline what it said before, and is changed once by several who read the same version', async () => {
    const { caseId } = await openedCase(hospital)
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
    const { patientId, caseId: first } = await openedCase(hospital)
    const { id: second } = await openCase(doctor(), { ...kneeCase, patientId })
    const { id: third } = await openCase(doctor(), { ...kneeCase, patientId })
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

describe('one’s own open cases', () => {
  it('are those one leads, of patients in reach who let one see them', async () => {
    await using house = await testHospital()
    const as = () => house.as(house.doctor)
    const membershipId = membershipOf(house.doctor)
    const own = async () => (await listActiveCases(as(), page)).items.map(({ id }) => id)
    const open = async (ctx = as(), ownerId?: string) => {
      const { patientId } = await house.admit()
      return { patientId, ...(await openCase(ctx, { ...kneeCase, patientId, ...(ownerId ? { ownerId } : {}) })) }
    }
    const [first, second] = [await open(), await open(house.as(house.nurse), membershipId)]
    await open(house.as(house.nurse))
    expect(await own()).toEqual([second.id, first.id])
    expect((await listActiveCases(as(), page)).items[1]).toMatchObject({ ...kneeCase, familyName: 'Muster' })
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
    const { patientId, caseId } = await openedCase(hospital)
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
        () => openCase(hospital.as(actor), { ...kneeCase, patientId }),
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
