import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { holdTransaction } from '../../test/held-transaction.ts'
import { type TestHospital, testHospital } from '../../test/hospital.ts'
import { readCaseTimeline } from '../cases/case-timeline.ts'
import { openCase } from '../cases/open-case.ts'
import { updateCase } from '../cases/update-case.ts'
import { type Database, openDatabase } from '../database/open-database.ts'
import { registerPatient } from '../patients/register-patient.ts'
import { recordVisit } from '../visits/record-visit.ts'
import { updateVisit } from '../visits/update-visit.ts'
import { listVisitHistory } from '../visits/visit-history.ts'
import { encryptedColumns } from './encrypted-columns.ts'
import { KeyRing } from './key-ring.ts'
import { keyUsage } from './key-usage.ts'
import { rotateKeys } from './rotate-keys.ts'

let hospital: TestHospital
beforeAll(async () => {
  hospital = await testHospital()
  ring = hospital.ring
})
afterAll(() => hospital[Symbol.asyncDispose]())

/** Grows by a key each time: what one test leaves behind, the next can read. */
let ring: string

/** The database under an older ring, filled with `count` patients, and opened with a newer ring by an operator. */
async function filled(count: number) {
  const before = KeyRing.parse(ring)
  ring = `${KeyRing.generate(before.currentId + 1)},${ring}`
  const now = KeyRing.parse(ring)
  await hospital.db.sql({ text: 'delete from idempotency_key' })
  const ids: string[] = []
  const server = await openDatabase({ url: hospital.url, keys: before, poolSize: 2 })
  const operator = await openDatabase({ url: hospital.url, keys: now, poolSize: 2 })
  const ctx = { ...hospital.as(hospital.admin), db: server }
  for (let index = 0; index < count; index++) {
    const person = {
      givenName: 'Maria',
      familyName: `Muster ${index}`,
      birthDate: '1966-03-14',
      sex: 'female',
    } as const
    const { id } = await registerPatient(ctx, {
      ...person,
      phone: `+43660${1_000_000 + index}`,
      history: `Asthma ${index}`,
      confirmDistinct: true,
    })
    ids.push(id)
  }
  return {
    ids,
    server,
    operator,
    now,
    formerId: before.currentId,
    [Symbol.asyncDispose]: async () => {
      await server.close()
      await operator.close()
    },
  }
}

/** Patients whose history a key encrypted. */
async function historiesWith(db: Database, keyId: number): Promise<number> {
  const usage = await keyUsage(db.sql)
  return usage.find((one) => one.column === 'history_cipher' && one.keyId === keyId)?.rows ?? 0
}

describe('every column of bytes', () => {
  it('is known to be encrypted, or known not to be: a new one cannot be forgotten', async () => {
    const encrypted = (await encryptedColumns(hospital.db.sql)).map(({ table, column }) => `${table}.${column}`)
    const all = await hospital.db.sql<{ place: string }>({
      text: `select c.relname || '.' || a.attname place from pg_class c
               join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
              where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
                and a.atttypid = 'bytea'::regtype`,
    })
    // Hashes, indexes and seals say so in their names; a public key is no secret.
    const isPlain = (place: string) =>
      /_(hash|index|mac|seal)$|\.(mac|seal|head|subject)$/.test(place) ||
      ['passkey.public_key', 'sign_in_ticket.id'].includes(place)
    const unknown = all.map(({ place }) => place).filter((place) => !encrypted.includes(place) && !isPlain(place))
    expect(unknown).toEqual([])
    expect(encrypted).toContain('totp_factor.secret_cipher')
    expect(encrypted).toContain('patient.history_cipher')
  })

  it('has a primary key, which its ciphertexts are bound to', async () => {
    for (const { table, key } of await encryptedColumns(hospital.db.sql)) {
      expect({ table, hasKey: Array.isArray(key) && key.length > 0 }).toEqual({ table, hasKey: true })
    }
  })
})

describe('rotating the keys', () => {
  it('re-encrypts all there is, in whatever batches, and everything still reads', async () => {
    await using parts = await filled(7)
    const { operator, server, ids, now, formerId } = parts
    for (const batch of [3, 1]) await rotateKeys(operator, { batch })
    expect(await historiesWith(operator, formerId)).toBe(0)
    for (const [index, id] of ids.entries()) {
      const [row] = await operator.sql<{ stored: Buffer }>({
        text: 'select history_cipher stored from patient where id = $1',
        values: [id],
      })
      const place = { table: 'patient', column: 'history', id }
      expect(row && now.decrypt(row.stored, place)).toBe(`Asthma ${index}`)
      expect(() => row && server.keys.decrypt(row.stored, place)).toThrow()
    }
    expect(await rotateKeys(operator)).toSatisfy((columns: { rewrapped: number }[]) =>
      columns.every(({ rewrapped }) => rewrapped === 0),
    )
  })

  it('reaches what is added to and never changed: the history of visits and cases', async () => {
    const { patientId } = await hospital.admit()
    await using parts = await filled(0)
    const { operator, server, formerId } = parts
    const before = { ...hospital.as(hospital.doctor), db: server }
    const { id: caseId } = await openCase(before, { patientId, title: 'Knee', kind: 'acute' })
    await updateCase(before, { caseId, version: 1, title: 'Pain of the knee' })
    const visit = { patientId, caseId, kind: 'home', chiefComplaint: 'Knee', internalNote: 'Among us' } as const
    const { id: visitId } = await recordVisit(before, visit)
    await updateVisit(before, { visitId, version: 1, plan: 'Rest', internalNote: null })
    const rotated = await rotateKeys(operator)
    for (const table of ['visit_revision', 'visit_internal_note', 'care_case_event']) {
      expect(rotated.find((one) => one.table === table)).toMatchObject({ rewrapped: 1, unreadable: 0 })
    }
    expect((await keyUsage(operator.sql)).filter(({ keyId, rows }) => keyId === formerId && rows > 0)).toEqual([])
    const after = { ...hospital.as(hospital.doctor), db: operator }
    const { items } = await listVisitHistory(after, { visitId, after: null, limit: 9 })
    expect(items).toMatchObject([{ chiefComplaint: 'Knee', plan: null, internalNote: 'Among us' }])
    const timeline = await readCaseTimeline(after, { caseId, after: null, limit: 9 })
    expect(timeline.items.map(({ former }) => former)).toContainEqual({ title: 'Knee' })
  })

  it('goes on where a run stopped, at whatever row', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 3 }), async (batch, steps) => {
        await using parts = await filled(4)
        const { operator, formerId } = parts
        let left = steps
        const stop = rotateKeys(operator, {
          batch,
          onProgress: ({ column }) => {
            if (column === 'history_cipher' && left-- === 0) throw new Error('killed')
          },
        })
        const outcome = await stop.then(
          () => 'done',
          (error: Error) => error.message,
        )
        expect(['done', 'killed']).toContain(outcome)
        const [cursor] = await operator.sql<{ place: string }>({ text: 'select place from rewrap_cursor' })
        expect(cursor === undefined || cursor.place === 'patient.history_cipher').toBe(true)
        await rotateKeys(operator, { batch })
        expect(await historiesWith(operator, formerId)).toBe(0)
        expect(await operator.sql({ text: 'select place from rewrap_cursor' })).toEqual([])
      }),
      { numRuns: 5 },
    )
  })

  it('never puts back what a server wrote meanwhile', async () => {
    await using parts = await filled(3)
    const { operator, server, now, ids, formerId } = parts
    const [id = ''] = ids
    const place = { table: 'patient', column: 'history', id }
    // The rotation has read the old value when the server's write, which it waits for, commits.
    await using write = await holdTransaction(hospital.url)
    await write.sql({
      text: 'update patient set history_cipher = $2 where id = $1',
      values: [id, server.keys.encrypt('Changed meanwhile', place)],
    })
    const rotation = rotateKeys(operator, { batch: 2 })
    await write.isWaitedFor()
    await write.commit()
    await rotation
    const [row] = await operator.sql<{ stored: Buffer }>({
      text: 'select history_cipher stored from patient where id = $1',
      values: [id],
    })
    expect(row && now.decrypt(row.stored, place)).toBe('Changed meanwhile')
    await rotateKeys(operator)
    expect(await historiesWith(operator, formerId)).toBe(0)
  })

  it('leaves and counts what no key opens, the rest is done', async () => {
    await using parts = await filled(3)
    const { operator, ids, formerId } = parts
    await operator.sql({
      text: `update patient set history_cipher = overlay(history_cipher placing '\\x00'::bytea from 20) where id = $1`,
      values: [ids[1]],
    })
    const columns = await rotateKeys(operator, { batch: 1 })
    const history = columns.find(({ column }) => column === 'history_cipher')
    expect(history?.unreadable).toBe(1)
    expect(await historiesWith(operator, formerId)).toBe(1)
    await operator.sql({ text: 'update patient set history_cipher = null where id = $1', values: [ids[1]] })
  })
})
