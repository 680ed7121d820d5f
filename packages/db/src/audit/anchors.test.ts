import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testRun } from '../../test/database.ts'
import { holdTransaction } from '../../test/held-transaction.ts'
import { type TestHospital, testHospital } from '../../test/hospital.ts'
import type { Query, Statement } from '../database/sql.ts'
import { KeyRing } from '../encryption/key-ring.ts'
import { getPatient } from '../patients/get-patient.ts'
import { anchorFaults, extendAnchorFile, readAnchorFile, readAnchorsOfBoth, soundAnchors } from './anchor-file.ts'
import { type Anchor, anchorFingerprint, readAnchors, sealAnchor } from './anchors.ts'
import { verifyAllChains, verifyChain } from './verify-chain.ts'

let hospital: TestHospital
let patientId: string
let file: string
let sealed: Anchor
beforeAll(async () => {
  hospital = await testHospital()
  patientId = (await hospital.admit()).patientId
  file = join(mkdtempSync(join(testRun().scratch, 'anchors-')), 'anchors.jsonl')
  await read(3)
  sealed = await seal()
})
afterAll(() => hospital[Symbol.asyncDispose]())

async function read(times: number) {
  for (let turn = 0; turn < times; turn++) await getPatient(hospital.as(hospital.nurse), { patientId })
}

async function seal(): Promise<Anchor> {
  const anchor = await sealAnchor(hospital.db, { now: hospital.clock.now, isForced: true })
  if (!anchor) throw new Error('Nothing was sealed.')
  return anchor
}

const anchoredSeq = () => sealed.heads.find(({ chain }) => chain === hospital.hospitalId)?.seq ?? 0
const values = () => [hospital.hospitalId]

describe('an anchor', () => {
  it('is sealed once a day by one of many, and on demand', async () => {
    const now = new Date(hospital.clock.now.getTime() + 25 * 3_600_000)
    const daily = await Promise.all(Array.from({ length: 4 }, () => sealAnchor(hospital.db, { now, isForced: false })))
    expect(daily.filter((anchor) => anchor !== null)).toHaveLength(1)
    expect(await sealAnchor(hospital.db, { now, isForced: false })).toBeNull()
    expect(await sealAnchor(hospital.db, { now, isForced: true })).not.toBeNull()
  })

  it('stands in the file, whoever writes it, in its order and once', async () => {
    await Promise.all(Array.from({ length: 4 }, () => extendAnchorFile(hospital.db, file)))
    const [inside, outside] = [await readAnchors(hospital.db.sql), readAnchorFile(file)]
    expect(outside).toEqual(inside)
    expect(anchorFaults(hospital.db.keys, { inside, outside })).toEqual([])
    expect(inside.map(({ number }) => number)).toEqual(inside.map((_, index) => index + 1))
    expect(anchorFingerprint(sealed)).toMatch(/^([0-9a-f]{4} ){7}[0-9a-f]{4}$/)
  })

  it('of which a crash left half a line in the file is written to its end', async () => {
    const torn = join(mkdtempSync(join(testRun().scratch, 'anchors-')), 'anchors.jsonl')
    await seal()
    await extendAnchorFile(hospital.db, torn)
    const whole = readFileSync(torn, 'utf8')
    for (const lost of [1, 40]) {
      writeFileSync(torn, whole.slice(0, -lost))
      expect(anchorFaults(hospital.db.keys, await readAnchorsOfBoth(hospital.db.sql, torn))).toEqual([])
      await extendAnchorFile(hospital.db, torn)
      expect(readFileSync(torn, 'utf8')).toBe(whole)
    }
    writeFileSync(torn, `${whole.slice(0, -40)}x`)
    await expect(extendAnchorFile(hospital.db, torn)).rejects.toThrow('file-edited')
    expect(readFileSync(torn, 'utf8')).toBe(`${whole.slice(0, -40)}x`)
  })

  it('that is sealed and written down while both sides are read is no fault', async () => {
    const sealing: Query = async <Row extends object>(statement: Statement) => {
      await seal()
      await extendAnchorFile(hospital.db, file)
      return hospital.db.sql<Row>(statement)
    }
    const between = await readAnchorsOfBoth(sealing, file)
    expect(between.inside.length).toBeGreaterThan(between.outside.length)
    const slow: Query = async <Row extends object>(statement: Statement) => {
      const rows = await hospital.db.sql<Row>(statement)
      await seal()
      await extendAnchorFile(hospital.db, file)
      return rows
    }
    for (const both of [between, await readAnchorsOfBoth(slow, file)]) {
      expect(anchorFaults(hospital.db.keys, both)).toEqual([])
    }
  })

  it('leaves what grew since intact', async () => {
    await read(2)
    const verdicts = await verifyAllChains(hospital.db.sql, hospital.db.keys, await readAnchors(hospital.db.sql))
    expect(verdicts.every(({ intact }) => intact)).toBe(true)
  })

  it('shows a head stepped back to an older copy that was sealed rightly', async () => {
    const [copy] = await hospital.db.sql<{ seq: number; mac: Buffer; seal: Buffer }>({
      text: 'select seq, mac, seal from audit_chain where chain = $1',
      values: values(),
    })
    await read(4)
    const anchors = [await seal()]
    await using held = await holdTransaction(hospital.url)
    await held.sql({ text: 'alter table audit_entry disable trigger user' })
    await held.sql({ text: 'delete from audit_entry where chain = $1 and seq > $2', values: [...values(), copy?.seq] })
    await held.sql({
      text: 'update audit_chain set seq = $2, mac = $3, seal = $4 where chain = $1',
      values: [...values(), copy?.seq, copy?.mac, copy?.seal],
    })
    const { keys } = hospital.db
    expect(await verifyChain(held.sql, keys, hospital.hospitalId)).toMatchObject({ intact: true })
    expect(await verifyChain(held.sql, keys, hospital.hospitalId, anchors)).toMatchObject({
      intact: false,
      fault: 'put-back',
      firstBadSeq: (copy?.seq ?? 0) + 1,
    })
  })

  it('shows a chain that is gone, hospital and all', async () => {
    await using held = await holdTransaction(hospital.url)
    await held.sql({ text: `set session_replication_role = replica` })
    await held.sql({ text: 'delete from audit_entry where chain = $1', values: values() })
    await held.sql({ text: 'delete from audit_chain where chain = $1', values: values() })
    await held.sql({ text: 'delete from hospital where id = $1', values: values() })
    const { keys } = hospital.db
    expect((await verifyAllChains(held.sql, keys)).map(({ chain }) => chain)).not.toContain(hospital.hospitalId)
    expect(await verifyAllChains(held.sql, keys, [sealed])).toContainEqual(
      expect.objectContaining({ chain: hospital.hospitalId, intact: false, firstBadSeq: 1 }),
    )
  })

  it('shows another history that was written with the key after the same beginning', async () => {
    const other = { ...sealed, heads: sealed.heads.map((head) => ({ ...head, mac: '00'.repeat(32) })) }
    const verdict = await verifyChain(hospital.db.sql, hospital.db.keys, hospital.hospitalId, [other])
    expect(verdict).toMatchObject({ intact: false, fault: 'put-back', firstBadSeq: anchoredSeq() })
  })

  it('outside shows a database that was put back whole, also when it went on from there', async () => {
    await seal()
    await extendAnchorFile(hospital.db, file)
    const inside = (await readAnchors(hospital.db.sql)).slice(0, -1)
    const outside = readAnchorFile(file)
    const { keys } = hospital.db
    const putBack = [{ number: outside.length, fault: 'database-put-back' }]
    expect(anchorFaults(keys, { inside, outside })).toEqual(putBack)
    await using held = await holdTransaction(hospital.url)
    await held.sql({ text: 'alter table audit_anchor disable trigger user' })
    await held.sql({ text: 'delete from audit_anchor where number = $1', values: [outside.length] })
    await held.sql({ text: 'alter table audit_anchor enable trigger user' })
    await held.commit()
    hospital.clock.advance(60)
    await seal()
    expect(anchorFaults(keys, { inside: await readAnchors(hospital.db.sql), outside })).toEqual(putBack)
    await expect(extendAnchorFile(hospital.db, file)).rejects.toThrow(/database-put-back/)
  })

  it('that was changed or made by another key is told, and counts for nothing', async () => {
    const lines = readFileSync(file, 'utf8')
    const edited = join(file, '../edited.jsonl')
    const { keys } = hospital.db
    writeFileSync(edited, lines.replace(/"seq":(\d)/, '"seq":9$1'))
    const outside = readAnchorFile(edited)
    expect(anchorFaults(keys, { inside: [], outside })[0]).toEqual({ number: 1, fault: 'file-edited' })
    expect(soundAnchors(keys, outside)).toHaveLength(outside.length - 1)
    appendFileSync(edited, 'no anchor\n')
    expect(readAnchorFile(edited).at(-1)).toBeNull()
    expect(soundAnchors(KeyRing.parse(KeyRing.generate()), readAnchorFile(file))).toEqual([])
  })

  it('is never changed nor deleted', async () => {
    for (const text of ['update audit_anchor set seal = seal', 'delete from audit_anchor', 'truncate audit_anchor']) {
      await expect(hospital.db.sql({ text })).rejects.toMatchObject({ code: '42501' })
    }
  })
})
