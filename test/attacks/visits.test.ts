import { procedures } from '@chartwire/api/testing/procedures'
import { absentIds, sampleInputs } from '@chartwire/api/testing/sample-inputs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anonymised, codeOf } from '../world/answer.ts'
import { startWorld, type World } from '../world/world.ts'
import { Attacker, dataOf } from './attacker.ts'

let world: World
let attacker: Attacker
beforeAll(async () => {
  world = await startWorld()
  attacker = new Attacker(world)
})
afterAll(() => world[Symbol.asyncDispose]())

const own = () => world.belongings['care-team'].ids
const neighbours = () => world.belongings['same-hospital'].ids
const foreign = () => world.belongings['other-hospital'].ids
const paths = procedures.map(({ path }) => path).filter((path) => /^(visits|cases)\./.test(path))

/** What stands in the database of a visit and its case. */
const state = ({ visitId, caseId }: { visitId: string; caseId: string }) =>
  attacker.sql(
    `select v::text as visit, c::text as "case", (select count(*)::int from care_case_event e where e.case_id = c.id) events
       from visit v, care_case c where v.id = $1 and c.id = $2`,
    [visitId, caseId],
  )

describe('by the id of a visit or a case, one cannot', () => {
  it('read or change those of another team or another hospital, by any procedure: they are not there', async () => {
    for (const ids of [neighbours(), foreign()]) {
      const before = await state(ids)
      expect(before).toHaveLength(1)
      for (const role of ['doctor', 'nurse'] as const) {
        for (const path of paths.filter((one) => one !== 'cases.active')) {
          const known = await attacker.as(role, path, sampleInputs(ids)[path])
          const unknown = await attacker.as(role, path, sampleInputs(absentIds())[path])
          expect({ path, role, fate: codeOf(known) }).toEqual({ path, role, fate: 'not_found' })
          expect(anonymised(known)).toEqual(anonymised(unknown))
        }
      }
      expect(await state(ids)).toEqual(before)
    }
  })

  it('see clinical content at the desk, in the administration, or as a machine', async () => {
    for (const role of [
      'hospital_admin',
      'front_desk',
      'pharmacist',
      'lab_technician',
      'gateway',
      'platform',
    ] as const) {
      for (const path of [...paths, 'patients.profile']) {
        expect({ path, role, fate: await attacker.fateAs(role, path, sampleInputs(own())[path]) }).toEqual({
          path,
          role,
          fate: 'forbidden',
        })
      }
    }
  })

  it('bring another patient’s visit into a case of one’s own, or one’s own into another’s', async () => {
    const { visitId, caseId, patientId } = own()
    for (const other of [neighbours(), foreign()]) {
      const attempts = [
        await attacker.as('doctor', 'cases.assignVisit', { caseId, visitId: other.visitId }),
        await attacker.as('doctor', 'cases.assignVisit', { caseId: other.caseId, visitId }),
        await attacker.as('doctor', 'cases.removeVisit', { caseId: other.caseId, visitId: other.visitId }),
        await attacker.as('doctor', 'visits.record', {
          patientId,
          caseId: other.caseId,
          kind: 'home',
          chiefComplaint: 'x',
        }),
      ]
      expect(attempts.map(codeOf)).toEqual(['not_found', 'not_found', 'not_found', 'not_found'])
      expect(await attacker.count('visit', 'id = $1 and case_id = $2', [other.visitId, other.caseId])).toBe(1)
    }
    expect(await attacker.count('visit', 'id = $1 and case_id = $2', [visitId, caseId])).toBe(1)
    // Two patients of one's own team are two patients still.
    const { hospital } = world.server
    const { patientId: second } = await hospital.admit()
    const opened = await attacker.as('doctor', 'cases.open', { patientId: second, title: 'x', kind: 'other' })
    const filing = { caseId: dataOf(opened)['id'], visitId }
    expect(await attacker.fateAs('doctor', 'cases.assignVisit', filing)).toBe('not_found')
    expect(await attacker.count('visit', 'id = $1 and case_id = $2', [visitId, caseId])).toBe(1)
  })

  it('give a visit to a clinician of another hospital, or a case', async () => {
    const { patientId, caseId } = own()
    const { membershipId } = foreign()
    const visit = { patientId, membershipId, kind: 'home', chiefComplaint: 'x' }
    expect(await attacker.fateAs('doctor', 'visits.record', visit)).toBe('not_found')
    expect(await attacker.fateAs('doctor', 'cases.update', { caseId, version: 1, ownerId: membershipId })).toBe(
      'not_found',
    )
    expect(await attacker.count('visit', 'membership_id = $1 and patient_id = $2', [membershipId, patientId])).toBe(0)
  })

  it('change as a nurse what a doctor wrote, by any of the ways', async () => {
    const { visitId } = own()
    const [before] = await attacker.sql('select v::text as text from visit v where id = $1', [visitId])
    for (const path of ['visits.update', 'visits.setFollowUp', 'visits.withdraw']) {
      expect(await attacker.fateAs('nurse', path, sampleInputs(own())[path])).toBe('forbidden')
    }
    expect(await attacker.sql('select v::text as text from visit v where id = $1', [visitId])).toEqual([before])
  })

  it('say in whose name it was written, when, in which hospital, or what a computer works out', async () => {
    const { patientId, membershipId } = own()
    const visit = { patientId, kind: 'home', chiefComplaint: 'x' }
    for (const extra of [
      { recordedBy: `user:${membershipId}` },
      { recordedAt: '2020-01-01T00:00:00Z' },
      { hospitalId: foreign().hospitalId },
      { version: 7 },
      { id: patientId },
      { vitals: { weightKg: 70, heightCm: 170, bmi: 22 } },
      { vitals: { waistCm: 70, hipCm: 100, waistHipRatio: 0.7 } },
    ]) {
      expect(await attacker.fateAs('doctor', 'visits.record', { ...visit, ...extra })).toBe('invalid')
    }
    for (const extra of [
      { status: 'resolved' },
      { number: 'CASE-2020-0001' },
      { openedBy: 'user:x' },
      { outcome: 'unchanged' },
    ]) {
      const opening = { patientId, title: 'x', kind: 'other', ...extra }
      expect(await attacker.fateAs('doctor', 'cases.open', opening)).toBe('invalid')
    }
  })
})

describe('a patient cannot', () => {
  it('get at what clinicians note for one another, by any procedure', async () => {
    const words = 'Among clinicians of'
    const { visitId } = own()
    expect(JSON.stringify(await attacker.as('doctor', 'visits.get', { visitId }))).toContain(words)
    const reads = procedures.filter(({ type, meta }) => type === 'query' && meta?.permission !== 'public')
    for (const { path } of reads) {
      // From the newest on: the sample's cursor is behind everything.
      const { after: _, ...input } = Object(sampleInputs(own())[path]) as Record<string, unknown>
      const answer = await attacker.as('patient', path, sampleInputs(own())[path] === undefined ? undefined : input)
      expect({ path, isTold: JSON.stringify(answer).includes(words) }).toEqual({ path, isTold: false })
    }
    const { patientId } = own()
    const exported = await attacker.as('patient', 'patients.exportRecord', { patientId })
    expect(codeOf(exported)).toBe('ok')
    expect(JSON.stringify(exported)).toContain(visitId)
    expect(JSON.stringify(exported)).not.toContain(words)
  })

  it('write, change or take back what is written of them', async () => {
    for (const { path, type } of procedures) {
      if (type !== 'mutation' || !paths.includes(path)) continue
      expect({ path, fate: await attacker.fateAs('patient', path, sampleInputs(own())[path]) }).toEqual({
        path,
        fate: 'forbidden',
      })
    }
  })

  it('read the visits or cases of another patient', async () => {
    for (const ids of [neighbours(), foreign()]) {
      for (const { path, type } of procedures) {
        if (type !== 'query' || !paths.includes(path) || path === 'cases.active') continue
        expect({ path, fate: await attacker.fateAs('patient', path, sampleInputs(ids)[path]) }).toEqual({
          path,
          fate: 'not_found',
        })
      }
    }
  })
})
