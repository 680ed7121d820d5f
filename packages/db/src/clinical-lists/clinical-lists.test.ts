import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outcomesOf } from '../../test/held-transaction.ts'
import { type TestHospital, testHospital } from '../../test/hospital.ts'
import { patientLogin } from '../../test/patient-login.ts'
import { addEntry } from './add-entry.ts'
import { markEntryErroneous, updateEntry } from './change-entry.ts'
import { entryKinds, entryStatuses } from './clinical-entry.entity.ts'
import { listEntries } from './list-entries.ts'

let hospital: TestHospital
let patientId: string
beforeAll(async () => {
  hospital = await testHospital()
  patientId = (await hospital.admit()).patientId
})
afterAll(() => hospital[Symbol.asyncDispose]())

const all = { kind: null, includeErroneous: false, after: null, limit: 100 }
const doctor = () => hospital.as(hospital.doctor)
const penicillin = {
  kind: 'allergy',
  name: 'Penicillin V',
  code: { system: 'SNOMED-CT', code: '91936005' },
  reaction: 'Anaphylaxis',
  severity: 'severe',
  onset: '1999-05-01',
} as const

describe('a line of the lists', () => {
  it('comes back to those who may read it as it was put in, and is unreadable in the database', async () => {
    const { id } = await addEntry(doctor(), { ...penicillin, patientId, note: 'told by her mother' })
    const { items } = await listEntries(hospital.as(hospital.nurse), { ...all, patientId, kind: 'allergy' })
    const { userId } = hospital.doctor as { userId: string }
    expect(items.find((entry) => entry.id === id)).toEqual({
      ...penicillin,
      id,
      patientId,
      status: 'active',
      dosage: null,
      note: 'told by her mother',
      recordedBy: `user:${userId}`,
      recordedAt: hospital.clock.now.toISOString(),
      changedBy: null,
      changedAt: null,
      erroneousBy: null,
      erroneousAt: null,
      reason: null,
      version: 1,
    })
    const [row] = await hospital.db.sql<{ text: string }>({
      text: `select e::text || encode(content_cipher, 'escape') as text from clinical_entry e where id = $1`,
      values: [id],
    })
    expect(row?.text).not.toMatch(/Penicillin|91936005|Anaphylaxis|mother/)
  })

  it('changes in what is given alone; of two who read the same version one is told', async () => {
    const { id: entryId } = await addEntry(doctor(), {
      patientId,
      kind: 'medication',
      name: 'Metformin',
      dosage: '1 g',
    })
    const change = (dosage: string) =>
      updateEntry(doctor(), { patientId, entryId, version: 1, dosage, status: 'on_hold' })
    const outcome = outcomesOf(await Promise.allSettled([change('500 mg'), change('500 mg'), change('500 mg')]))
    expect(outcome).toEqual({ done: 1, codes: ['stale_version', 'stale_version'] })
    const { items } = await listEntries(doctor(), { ...all, patientId, kind: 'medication' })
    expect(items).toMatchObject([{ name: 'Metformin', dosage: '500 mg', status: 'on_hold', version: 2 }])
  })

  it('that was a mistake stays with its reason, is out of sight, and changes no more', async () => {
    const { id: entryId } = await addEntry(doctor(), { patientId, kind: 'condition', name: 'Asthma' })
    await markEntryErroneous(doctor(), { patientId, entryId, version: 1, reason: 'Of the next bed' })
    expect((await listEntries(doctor(), { ...all, patientId, kind: 'condition' })).items).toEqual([])
    const { items } = await listEntries(doctor(), { ...all, patientId, kind: 'condition', includeErroneous: true })
    expect(items).toMatchObject([{ id: entryId, name: 'Asthma', reason: 'Of the next bed', version: 2 }])
    for (const again of [
      () => updateEntry(doctor(), { patientId, entryId, version: 2, note: 'x' }),
      () => markEntryErroneous(doctor(), { patientId, entryId, version: 2, reason: 'x' }),
    ]) {
      await expect(again()).rejects.toMatchObject({ code: 'not_found' })
    }
  })

  it('has the states and the parts of its own list, in the verb and in the database', async () => {
    const every = new Set(entryKinds.flatMap((kind) => [...entryStatuses[kind]]))
    for (const kind of entryKinds) {
      for (const status of every) {
        const added = addEntry(doctor(), { patientId, kind, name: 'x', status })
        if (isStatusOf(kind, status)) {
          await added
          continue
        }
        await expect(added).rejects.toMatchObject({ code: 'invalid', details: { field: 'status' } })
        await expect(
          hospital.db.sql({
            text: 'update clinical_entry set status = $2 where patient_id = $1 and kind = $3',
            values: [patientId, status, kind],
          }),
        ).rejects.toMatchObject({ constraint: 'clinical_entry_status_ck' })
      }
    }
    await expect(addEntry(doctor(), { patientId, kind: 'allergy', name: 'x', dosage: '1' })).rejects.toMatchObject({
      details: { field: 'dosage' },
    })
    await expect(addEntry(doctor(), { patientId, kind: 'condition', name: 'x', reaction: '1' })).rejects.toMatchObject({
      details: { field: 'reaction' },
    })
  })

  it('is the care team’s to write: not the patient’s, not the administrator’s, not under another patient’s name', async () => {
    const { id: entryId } = await addEntry(doctor(), { ...penicillin, patientId })
    const self = await patientLogin(hospital, { patientId })
    expect((await listEntries(hospital.as(self.actor), { ...all, patientId })).items.length).toBeGreaterThan(0)
    for (const actor of [self.actor, hospital.admin, await hospital.hire('viewer')]) {
      await expect(addEntry(hospital.as(actor), { ...penicillin, patientId })).rejects.toMatchObject({
        code: 'forbidden',
      })
    }
    const { patientId: another } = await hospital.admit()
    await expect(updateEntry(doctor(), { patientId: another, entryId, version: 1, note: 'x' })).rejects.toMatchObject({
      code: 'not_found',
    })
    const stranger = hospital.as(await hospital.hire('doctor'))
    await expect(listEntries(stranger, { ...all, patientId })).rejects.toMatchObject({ code: 'not_found' })
  })

  it('comes in pages, in the order it was recorded', async () => {
    const { patientId: fresh } = await hospital.admit()
    const added: string[] = []
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      added.push((await addEntry(doctor(), { patientId: fresh, kind: 'condition', name })).id)
    }
    const seen: string[] = []
    let after: string | null = null
    do {
      const page: Awaited<ReturnType<typeof listEntries>> = await listEntries(doctor(), {
        ...all,
        patientId: fresh,
        after,
        limit: 2,
      })
      seen.push(...page.items.map(({ id }) => id))
      after = page.next
    } while (after !== null)
    expect(seen).toEqual(added.sort())
  })
})

function isStatusOf(kind: keyof typeof entryStatuses, status: string): boolean {
  return (entryStatuses[kind] as readonly string[]).includes(status)
}
