import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { holdTransaction } from '../../test/held-transaction.ts'
import { type TestHospital, testHospital } from '../../test/hospital.ts'
import { transact } from '../database/transact.ts'
import { createWard } from '../hospitals/wards.ts'
import type { Ctx } from '../kernel/context.ts'
import { deleteExpired } from '../kernel/delete-expired.ts'
import { uuidv7 } from '../kernel/ids.ts'
import { getPatient } from '../patients/get-patient.ts'
import { registerPatient } from '../patients/register-patient.ts'

let hospital: TestHospital
beforeAll(async () => {
  hospital = await testHospital()
})
afterAll(() => hospital[Symbol.asyncDispose]())

function keyed(key: string, input: string, actor = hospital.admin): Ctx {
  const inputHash = createHash('sha256').update(input).digest()
  return { ...hospital.as(actor), idempotency: { key, procedure: 'hospitals.createWard', inputHash } }
}

const open = (key: string, name: string, actor = hospital.admin) => createWard(keyed(key, name, actor), { name })

class Injected extends Error {}

/** What a request may come to besides an answer: the failure put into it, or the key's own refusals. */
function isExpected(error: unknown, fate: string): boolean {
  if (error instanceof Injected) return fate.startsWith('fails')
  return /^idempotency_(key_reused|in_progress)$/.test(String(Object(error).code))
}

async function wards(prefix: string): Promise<number> {
  const rows = await hospital.db.sql({ text: 'select 1 from ward where name like $1', values: [`${prefix}%`] })
  return rows.length
}

describe('an idempotency key', () => {
  it('lets any storm of requests do each thing once', async () => {
    const request = fc.record({ key: fc.nat({ max: 3 }), input: fc.nat({ max: 1 }) })
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 14 }), async (requests) => {
        const run = uuidv7()
        const results = await Promise.allSettled(
          requests.map(({ key, input }) => open(`${run}-${key}`, `${run} ${key}/${input}`)),
        )
        const ids = new Map<number, Set<string>>()
        const codes = new Set<string>()
        results.forEach((result, index) => {
          const key = requests[index]?.key ?? -1
          if (result.status === 'fulfilled') ids.set(key, (ids.get(key) ?? new Set()).add(result.value.id))
          else codes.add(result.reason.code)
        })
        expect([...codes].filter((code) => !/^idempotency_(key_reused|in_progress)$/.test(code))).toEqual([])
        // One effect a key that was used, and everybody who got an answer got the same.
        const keys = new Set(requests.map(({ key }) => key))
        expect(new Set(ids.keys())).toEqual(keys)
        for (const answers of ids.values()) expect(answers.size).toBe(1)
        expect(await wards(run)).toBe(keys.size)
      }),
      { numRuns: 12 },
    )
  })

  it('keeps effects and answers together whatever fails: before, after and instead of the work, at any moment', async () => {
    const request = fc.record({
      key: fc.nat({ max: 3 }),
      input: fc.nat({ max: 1 }),
      fate: fc.constantFrom('works', 'works', 'fails first', 'fails late', 'loses to another once'),
      /** In which round it is sent; rounds follow each other, requests of one are at the same time. */
      round: fc.nat({ max: 2 }),
    })
    type Request = { key: number; input: number; fate: string; round: number }
    const send = (run: string, { key, input, fate }: Request) => {
      let tries = 0
      const name = `${run} ${key}/${input}`
      return transact(keyed(`${run}-${key}`, name), async ({ sql }) => {
        tries++
        if (fate === 'fails first') throw new Injected()
        const id = uuidv7()
        await sql({
          text: `insert into ward (id, hospital_id, name, created_at) values ($1, $2, $3, now())`,
          values: [id, hospital.hospitalId, `${name} ${id}`],
        })
        if (fate === 'fails late') throw new Injected()
        if (fate === 'loses to another once' && tries === 1) throw Object.assign(new Error(), { code: '40001' })
        return { id }
      })
    }
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 16 }), async (requests) => {
        const run = uuidv7()
        const answers = new Map<number, Set<string>>()
        const winner = new Map<number, number>()
        const wrong: unknown[] = []
        for (const round of [0, 1, 2]) {
          const sent = requests.filter((one) => one.round === round)
          const results = await Promise.allSettled(sent.map((one) => send(run, one)))
          for (const [index, result] of results.entries()) {
            const { key = -1, input = -1, fate = '' } = sent[index] ?? {}
            if (result.status === 'fulfilled') {
              answers.set(key, (answers.get(key) ?? new Set()).add(result.value.id))
              // One input a key is ever answered.
              if ((winner.get(key) ?? input) !== input) wrong.push({ key, input, answered: winner.get(key) })
              winner.set(key, input)
            } else if (!isExpected(result.reason, fate)) wrong.push(result.reason)
          }
        }
        expect(wrong).toEqual([])
        for (const ids of answers.values()) expect(ids.size).toBe(1)
        expect(await wards(run)).toBe(answers.size)
        // What was answered is replayed, also to who would fail now; what was not is free.
        for (const key of new Set(requests.map((one) => one.key))) {
          const [known] = answers.get(key) ?? []
          const fate = known === undefined ? 'works' : 'fails late'
          const { id } = await send(run, { key, input: winner.get(key) ?? 0, fate, round: 3 })
          expect(id).toBe(known ?? id)
        }
        expect(await wards(run)).toBe(new Set(requests.map((one) => one.key)).size)
      }),
      { numRuns: 40 },
    )
  })

  it('gives the same answer to the same request, and none to another', async () => {
    const key = uuidv7()
    const first = await open(key, 'Replayed')
    expect(await open(key, 'Replayed')).toEqual(first)
    await expect(open(key, 'Something else')).rejects.toMatchObject({
      code: 'idempotency_key_reused',
      details: { field: 'idempotencyKey' },
    })
    const elsewhere = keyed(key, 'Replayed')
    if (elsewhere.idempotency) elsewhere.idempotency.procedure = 'hospitals.createGateway'
    await expect(createWard(elsewhere, { name: 'Replayed' })).rejects.toMatchObject({ code: 'idempotency_key_reused' })
  })

  it('says that the first request is under way', async () => {
    const key = uuidv7()
    await using held = await holdTransaction(hospital.url)
    await held.sql({
      text: `insert into ward (id, hospital_id, name, created_at) values ($1, $2, 'Slow', now())`,
      values: [uuidv7(), hospital.hospitalId],
    })
    const slow = open(key, 'Slow').catch((error: unknown) => error)
    await held.isWaitedFor()
    await expect(open(key, 'Slow')).rejects.toMatchObject({ code: 'idempotency_in_progress', retryable: true })
    await held.sql({ text: 'rollback' })
    expect(await slow).toMatchObject({ name: 'Slow' })
    expect(await open(key, 'Slow')).toEqual(await slow)
  })

  it('is free again after a failure', async () => {
    const key = uuidv7()
    await open(uuidv7(), 'Taken')
    await expect(open(key, 'Taken')).rejects.toMatchObject({ code: 'conflict' })
    expect(await open(key, 'Free')).toMatchObject({ name: 'Free' })
  })

  it('is each actor’s own', async () => {
    const key = uuidv7()
    await open(key, 'Mine')
    expect(await open(key, 'Theirs', await hospital.hire('hospital_admin'))).toMatchObject({ name: 'Theirs' })
  })

  it('keeps its answer encrypted, and for a day', async () => {
    const key = uuidv7()
    const secret = `Secret ward ${key}`
    await open(key, secret)
    const stored = async () =>
      hospital.db.sql<{ answer: Buffer }>({ text: 'select answer from idempotency_key where key = $1', values: [key] })
    expect((await stored())[0]?.answer.includes(secret)).toBe(false)
    await deleteExpired(hospital.db, new Date(hospital.clock.now.getTime() + 23 * 3_600_000))
    expect(await stored()).toHaveLength(1)
    await deleteExpired(hospital.db, new Date(hospital.clock.now.getTime() + 25 * 3_600_000))
    expect(await stored()).toEqual([])
  })

  it('replays an answer that holds ids, and the effect is there', async () => {
    const key = uuidv7()
    const register = () =>
      registerPatient(
        {
          ...hospital.as(hospital.admin),
          idempotency: { key, procedure: 'patients.register', inputHash: Buffer.from('x') },
        },
        { givenName: 'Maria', familyName: 'Muster', birthDate: '1966-03-14', sex: 'female' },
      )
    const { id, mrn } = await register()
    expect(await register()).toEqual({ id, mrn })
    expect(await getPatient(hospital.as(hospital.admin), { patientId: id })).toMatchObject({ mrn })
  })
})
