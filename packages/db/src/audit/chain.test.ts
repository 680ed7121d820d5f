import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { holdTransaction } from '../../test/held-transaction.ts'
import { type TestHospital, testHospital } from '../../test/hospital.ts'
import { KeyRing } from '../encryption/key-ring.ts'
import { getPatient } from '../patients/get-patient.ts'
import { platformChain } from './audit-entry.ts'
import { type ChainVerdict, verifyAllChains, verifyChain } from './verify-chain.ts'

let hospital: TestHospital
let patientId: string
beforeAll(async () => {
  hospital = await testHospital()
  patientId = (await hospital.admit()).patientId
  for (let read = 0; read < 10; read++) await getPatient(hospital.as(hospital.nurse), { patientId })
})
afterAll(() => hospital[Symbol.asyncDispose]())

const verify = (): Promise<ChainVerdict> => verifyChain(hospital.db.sql, hospital.db.keys, hospital.hospitalId)

/** What somebody with the database's own account could do; undone after the verdict. */
async function tamper(...statements: string[]): Promise<ChainVerdict> {
  await using held = await holdTransaction(hospital.url)
  await held.sql({ text: 'alter table audit_entry disable trigger user' })
  for (const text of statements)
    await held.sql({ text, ...(text.includes('$1') ? { values: [hospital.hospitalId] } : {}) })
  return await verifyChain(held.sql, hospital.db.keys, hospital.hospitalId)
}

describe('the audit chain', () => {
  it('holds what was done and what was read, by whom and of whom', async () => {
    expect(await verify()).toMatchObject({ intact: true })
    const rows = await hospital.db.sql<{ action: string; actor: string; patientIds: string[] }>({
      text: `select action, actor, patient_ids "patientIds" from audit_entry where chain = $1 order by seq desc limit 1`,
      values: [hospital.hospitalId],
    })
    const nurse = hospital.nurse.kind === 'user' ? hospital.nurse.userId : ''
    expect(rows).toEqual([{ action: 'patient.read', actor: `user:${nurse}`, patientIds: [patientId] }])
  })

  it('is written before the answer is given: what cannot be logged is not disclosed', async () => {
    await using held = await holdTransaction(hospital.url)
    await held.sql({ text: 'select 1 from audit_chain where chain = $1 for update', values: [hospital.hospitalId] })
    let isDisclosed = false
    const read = getPatient(hospital.as(hospital.nurse), { patientId }).then(() => (isDisclosed = true))
    await held.isWaitedFor()
    expect(isDisclosed).toBe(false)
    await held.commit()
    expect(await read).toBe(true)
  })

  it('shows an edited entry', async () => {
    const [read] = await hospital.db.sql<{ seq: number }>({
      text: `select min(seq) seq from audit_entry where chain = $1 and action = 'patient.read'`,
      values: [hospital.hospitalId],
    })
    const seq = read?.seq ?? 0
    const where = `where chain = $1 and seq = ${seq}`
    for (const change of [
      `actor = 'user:nobody'`,
      `at = at + interval '1 millisecond'`,
      `action = 'patient.list'`,
      `resource_id = null`,
      `patient_ids = '{}'`,
      `request_id = ''`,
      `changed = '{phone}'`,
      `detail = '{"a": 1}'`,
      `capacity = null`,
      `purpose = 'research'`,
      `purpose = null`,
      `mac = '\\x00'`,
    ]) {
      const verdict = await tamper(`update audit_entry set ${change} ${where}`)
      expect({ change, ...verdict }).toMatchObject({
        change,
        intact: false,
        firstBadSeq: seq,
        fault: 'edited',
      })
    }
  })

  it('holds entries from before purposes were recorded, and shows one that is given a purpose', async () => {
    const [old] = await hospital.db.sql<{ seq: number }>({
      text: 'select min(seq) seq from audit_entry where chain = $1 and purpose is null',
      values: [hospital.hospitalId],
    })
    expect(old?.seq).toBe(1)
    expect(await tamper(`update audit_entry set purpose = 'treatment' where chain = $1 and seq = 1`)).toMatchObject({
      intact: false,
      firstBadSeq: 1,
      fault: 'edited',
    })
  })

  it('shows a deleted entry', async () => {
    expect(await tamper('delete from audit_entry where chain = $1 and seq = 3')).toMatchObject({
      intact: false,
      firstBadSeq: 3,
      fault: 'missing',
    })
  })

  it('shows an inserted entry, in the middle and at the end', async () => {
    const copy = (
      seq: string,
    ) => `insert into audit_entry select chain, ${seq}, at, actor, capacity, action, resource_type,
      resource_id, patient_ids, request_id, changed, detail, mac, purpose from audit_entry where chain = $1 and seq = 2`
    const room = 'update audit_entry set seq = -seq where chain = $1 and seq > 4'
    const close = 'update audit_entry set seq = -seq + 1 where chain = $1 and seq < 0'
    expect(await tamper(room, copy('5'), close)).toMatchObject({ intact: false, firstBadSeq: 5, fault: 'edited' })
    const [head] = await hospital.db.sql<{ seq: number }>({
      text: 'select seq from audit_chain where chain = $1',
      values: [hospital.hospitalId],
    })
    const next = (head?.seq ?? 0) + 1
    expect(await tamper(copy(String(next)))).toMatchObject({ intact: false, firstBadSeq: next })
  })

  it('shows two entries in each other’s place', async () => {
    const swap = `update audit_entry set seq = case seq when 5 then -6 else -5 end where chain = $1 and seq in (5, 6)`
    const settle = 'update audit_entry set seq = -seq where chain = $1 and seq < 0'
    expect(await tamper(swap, settle)).toMatchObject({ intact: false, firstBadSeq: 5, fault: 'edited' })
  })

  it('shows a tail that was cut off, also when the head was stepped back to it', async () => {
    const cut = 'delete from audit_entry where chain = $1 and seq > 6'
    expect(await tamper(cut)).toMatchObject({ intact: false, firstBadSeq: 7 })
    const stepBack = `update audit_chain h set seq = 6, mac = e.mac from audit_entry e
      where h.chain = $1 and e.chain = h.chain and e.seq = 6`
    expect(await tamper(cut, stepBack)).toMatchObject({ intact: false, firstBadSeq: 7, fault: 'truncated' })
  })

  it('shows a chain that was emptied, also when its head was put to where one begins', async () => {
    const empty = 'delete from audit_entry where chain = $1'
    const begin = `update audit_chain set seq = 0, mac = '', seal = '' where chain = $1`
    expect(await tamper(empty, begin)).toMatchObject({ intact: false, firstBadSeq: 1, fault: 'truncated' })
  })

  it.each([
    ['a hospital’s', () => hospital.hospitalId],
    ['the platform’s', () => platformChain],
  ])('shows a whole chain that is gone: %s', async (_, chainOf) => {
    await hospital.signUpPerson()
    await using held = await holdTransaction(hospital.url)
    await held.sql({ text: 'alter table audit_entry disable trigger user' })
    await held.sql({ text: 'delete from audit_entry where chain = $1', values: [chainOf()] })
    await held.sql({ text: 'delete from audit_chain where chain = $1', values: [chainOf()] })
    expect(await verifyAllChains(held.sql, hospital.db.keys)).toContainEqual(
      expect.objectContaining({ chain: chainOf(), intact: false, fault: 'truncated' }),
    )
  })

  it('opens to its own key alone', async () => {
    const verdict = await verifyChain(hospital.db.sql, KeyRing.parse(KeyRing.generate()), hospital.hospitalId)
    expect(verdict).toMatchObject({ intact: false, firstBadSeq: 1, fault: 'edited' })
  })

  it('is intact while it grows under the verifier', async () => {
    const done = new AbortController()
    const writing = (async () => {
      while (!done.signal.aborted) await getPatient(hospital.as(hospital.nurse), { patientId })
    })()
    try {
      for (let round = 0; round < 15; round++) expect(await verify()).toMatchObject({ intact: true })
    } finally {
      done.abort()
      await writing
    }
  })

  it('numbers concurrent writers without gaps', async () => {
    await Promise.all(Array.from({ length: 12 }, () => hospital.admit()))
    const verdicts = await verifyAllChains(hospital.db.sql, hospital.db.keys)
    expect(verdicts.every(({ intact }) => intact)).toBe(true)
    expect(verdicts.map(({ chain }) => chain)).toContain(hospital.hospitalId)
    expect(verdicts.find(({ chain }) => chain === platformChain)?.intact ?? true).toBe(true)
  })

  it('refuses change, deletion and emptying to everybody the trigger binds', async () => {
    for (const text of ['update audit_entry set actor = actor', 'delete from audit_entry', 'truncate audit_entry']) {
      await expect(hospital.db.sql({ text })).rejects.toMatchObject({ code: '42501' })
    }
  })
})
