import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { membershipOf, patientActor, type TestHospital, testHospital, testPassword } from '../../test/hospital.ts'
import { dischargePatient } from '../admissions/discharge-patient.ts'
import { appointPrivacyOfficer, endPrivacyOfficer } from '../break-glass/privacy-officers.ts'
import { signIn } from '../identity/sign-in.ts'
import { uuidv7 } from '../kernel/ids.ts'
import { getPatient } from '../patients/get-patient.ts'
import { mergePatients } from '../patients/merge/merge-patients.ts'
import { type Actor, anonymous } from '../policy/actor.ts'
import { type AuditFilter, listAuditEntries } from './list-entries.ts'
import { type AccessFilter, whoReadMe } from './who-read-me.ts'

let hospital: TestHospital
beforeAll(async () => {
  hospital = await testHospital()
})
afterAll(() => hospital[Symbol.asyncDispose]())

const everything: AuditFilter = {
  patientId: null,
  userId: null,
  action: null,
  from: null,
  until: null,
  after: null,
  limit: 500,
}
const log = (filter: Partial<AuditFilter> = {}, actor = hospital.admin) =>
  listAuditEntries(hospital.as(actor), { ...everything, ...filter })
const mine: AccessFilter = { from: null, until: null, include: 'others', after: null, limit: 500 }
const userOf = (actor: Actor) => (actor.kind === 'user' ? actor.userId : '')
const refusals = async (actor: Actor) => {
  await hospital.db.refusals.settled()
  return hospital.db.sql<{ patients: number; count: number; action: string }>({
    text: `select cardinality(patient_ids) patients, (detail->>'count')::int count, detail->>'action' action
             from audit_entry where action = 'access.refused' and actor = $1 order by seq`,
    values: [`user:${userOf(actor)}`],
  })
}

describe('the log of a hospital', () => {
  it('is found by patient, login, action and span, page by page without gap or repetition', async () => {
    const { patientId } = await hospital.admit()
    for (let read = 0; read < 7; read++) {
      await getPatient(hospital.as(read % 2 === 0 ? hospital.nurse : hospital.doctor), { patientId })
    }
    const reads = await log({ patientId, action: 'patient.read' })
    expect(reads.items).toHaveLength(7)
    expect((await log({ patientId, action: 'patient.read', userId: userOf(hospital.doctor) })).items).toHaveLength(3)
    expect((await log({ patientId, until: '2000-01-01T00:00:00Z' })).items).toEqual([])
    const paged: number[] = []
    let after: string | null = null
    do {
      const page: Awaited<ReturnType<typeof log>> = await log({ patientId, action: 'patient.read', after, limit: 2 })
      paged.push(...page.items.map(({ seq }) => seq))
      after = page.next
    } while (after !== null)
    expect(paged).toEqual(reads.items.map(({ seq }) => seq))
    expect(reads.items[0]).toMatchObject({ name: 'Test nurse', purpose: 'treatment', capacity: { role: 'nurse' } })
  })

  it('holds its own reading', async () => {
    const { patientId } = await hospital.admit()
    await log({ patientId })
    const [last] = (await log({ action: 'audit.read', patientId })).items
    expect(last).toMatchObject({ actor: `user:${userOf(hospital.admin)}`, patientIds: [patientId] })
  })

  it('is closed to others; open to a privacy officer', async () => {
    await expect(log({}, hospital.nurse)).rejects.toMatchObject({ code: 'forbidden' })
    const membershipId = membershipOf(hospital.nurse)
    const { id } = await appointPrivacyOfficer(hospital.as(hospital.admin), { membershipId })
    expect((await log({ limit: 1 }, hospital.nurse)).items).toHaveLength(1)
    await endPrivacyOfficer(hospital.as(hospital.admin), { id })
  })
})

describe('who read me', () => {
  it('tells a patient who it was, at which hospital and what for; oneself only on request', async () => {
    const { patientId } = await hospital.admit()
    const self = patientActor(patientId)
    await getPatient({ ...hospital.as(hospital.nurse), purpose: 'quality' }, { patientId })
    hospital.clock.advance(1)
    await getPatient(hospital.as(patientActor(patientId, 'parent')), { patientId })
    await getPatient(hospital.as(self), { patientId })
    const { items } = await whoReadMe(hospital.as(self), mine)
    expect(items.filter(({ action }) => action === 'patient.read')).toMatchObject([
      { by: 'representative', role: 'parent' },
      {
        by: 'staff',
        name: 'Test nurse',
        role: 'nurse',
        hospital: expect.stringMatching(/^Test /),
        membershipId: membershipOf(hospital.nurse),
        purpose: 'quality',
        isBreakGlass: false,
      },
    ])
    const all = await whoReadMe(hospital.as(self), { ...mine, include: 'all' })
    expect(all.items.map(({ by }) => by)).toContain('own')
    const paged: string[] = []
    let after: string | null = null
    do {
      const page: Awaited<ReturnType<typeof whoReadMe>> = await whoReadMe(hospital.as(self), {
        ...mine,
        after,
        limit: 2,
      })
      paged.push(...page.items.map(({ id }) => id))
      after = page.next
    } while (after !== null)
    expect(paged).toEqual(items.map(({ id }) => id))
  })

  it('tells what was done under the id of a file that was merged into one’s own, before and since', async () => {
    const [kept, gone] = [await hospital.admit(), await hospital.admit()]
    await getPatient(hospital.as(hospital.nurse), { patientId: gone.patientId })
    await dischargePatient(hospital.as(hospital.doctor), { patientId: gone.patientId })
    const files = { patientId: kept.patientId, mergedId: gone.patientId }
    await mergePatients(hospital.as(hospital.admin), { ...files, reason: 'The same person.' })
    const { items } = await whoReadMe(hospital.as(patientActor(kept.patientId)), mine)
    expect(items).toContainEqual(expect.objectContaining({ action: 'patient.read', role: 'nurse' }))
    expect((await log({ patientId: kept.patientId, action: 'patient.read' })).items).toHaveLength(1)
  })

  it('is nobody else’s to ask', async () => {
    await expect(whoReadMe(hospital.as(hospital.admin), mine)).rejects.toMatchObject({ code: 'forbidden' })
  })
})

describe('what is refused', () => {
  it('is on record with whom it would have been, once at once and then by count', async () => {
    const { patientId } = await hospital.admit()
    const stranger = await hospital.hire('nurse')
    for (let turn = 0; turn < 50; turn++) {
      await expect(getPatient(hospital.as(stranger), { patientId })).rejects.toMatchObject({ code: 'not_found' })
    }
    expect(await refusals(stranger)).toEqual([
      { patients: 1, count: 1, action: 'patient.read' },
      { patients: 1, count: 49, action: 'patient.read' },
    ])
  })

  it('does not fill the log, whatever is asked for', async () => {
    const stranger = await hospital.hire('nurse')
    for (let turn = 0; turn < 300; turn++) {
      await expect(getPatient(hospital.as(stranger), { patientId: uuidv7() })).rejects.toMatchObject({
        code: 'not_found',
      })
    }
    const rows = await refusals(stranger)
    expect(rows.length).toBeLessThanOrEqual(22)
    expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(300)
    expect(rows.every(({ patients }) => patients === 0)).toBe(true)
  })

  it('of a sign-in is on record without the name that was tried', async () => {
    const count = async () => {
      await hospital.db.refusals.settled()
      const rows = await hospital.db.sql<{ count: number; userId: string | null }>({
        text: `select resource_id "userId", (detail->>'count')::int count from audit_entry
                where action = 'identity.sign-in-refused' order by seq`,
      })
      return rows
    }
    for (let turn = 0; turn < 3; turn++) {
      const tried = { email: `${uuidv7()}@example.org`, password: testPassword, userAgent: null }
      await expect(signIn(hospital.as(anonymous), tried)).rejects.toMatchObject({ code: 'credentials_wrong' })
    }
    expect(await count()).toEqual([
      { userId: null, count: 1 },
      { userId: null, count: 2 },
    ])
  })
})
