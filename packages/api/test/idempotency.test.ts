import { uuidv7 } from '@chartwire/db'
import { type TestHospital, testHospital } from '@chartwire/db/testing/hospital'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { unkeyedReasons } from '../src/kernel/trpc.ts'
import { type Furnished, furnish } from './idempotency/furnish.ts'
import { scenes } from './idempotency/scenes.ts'
import { call, procedures } from './procedures.ts'
import { sampleInputs } from './sample-inputs.ts'

let hospital: TestHospital
let furnished: Furnished
beforeAll(async () => {
  hospital = await testHospital()
  furnished = furnish(hospital)
})
afterAll(() => hospital[Symbol.asyncDispose]())

const mutations = procedures.filter(({ type }) => type === 'mutation')
const keyed = mutations.filter(({ meta }) => meta?.isUnkeyed === undefined)

/** Keyed mutations that still lack a scene; each is a replay nobody has seen. */
const unproven = new Set<string>([])

/** Everything that was ever written down of what was done: a second effect would be one more. */
async function effects(): Promise<number> {
  await hospital.db.readLog.settled()
  const [row] = await hospital.db.sql<{ count: number }>({ text: 'select count(*)::int count from audit_entry' })
  return row?.count ?? -1
}

describe('an idempotency key', () => {
  it.each(keyed.filter(({ path }) => !unproven.has(path)))(
    '$path: the same request again gets the same answer and does nothing; another gets a conflict',
    async ({ path }) => {
      const ids = await furnished.freshIds()
      const scene = await scenes[path]?.(ids, furnished)
      const { actor, input } = scene ?? { actor: hospital.admin, input: sampleInputs(ids)[path] }
      const key = { actor, idempotencyKey: uuidv7() }
      const before = await effects()
      const first = await call(hospital.db, path, input, key)
      expect({ path, error: first.error, hint: 'Without a scene in idempotency/scenes.ts?' }).toMatchObject({
        error: undefined,
      })
      const after = await effects()
      expect(after).toBeGreaterThan(before)
      // In another order it is the same request.
      const again = input === undefined ? input : Object.fromEntries(Object.entries(input as object).toReversed())
      expect(await call(hospital.db, path, again, key)).toEqual(first)
      expect(await effects()).toBe(after)
      // As if another request had come first with this key.
      await hospital.db.sql({
        text: `update idempotency_key set input_hash = '\\x00' where key = $1 and procedure = $2`,
        values: [key.idempotencyKey, path],
      })
      const other = await call(hospital.db, path, input, key)
      expect(other.error?.data).toMatchObject({ code: 'idempotency_key_reused', httpStatus: 409, retryable: false })
      expect(await effects()).toBe(after)
    },
  )

  it('is asked for by every mutation, or the mutation says why not', () => {
    const reasons = new Set<string>(unkeyedReasons)
    expect(mutations.length).toBeGreaterThan(20)
    for (const { path, meta } of mutations) {
      const reason = meta?.isUnkeyed
      expect({ path, isKnown: reason === undefined || reasons.has(reason) }).toEqual({ path, isKnown: true })
    }
    expect([...unproven].filter((path) => !keyed.some((one) => one.path === path))).toEqual([])
  })

  it('holds no trace of the input that could be guessed from a dump', async () => {
    const key = uuidv7()
    const password = `correct horse ${uuidv7()}`
    const input = {
      hospital: { name: uuidv7(), timeZone: 'UTC' },
      admin: { name: 'Ada', email: `${uuidv7()}@example.org`, password },
    }
    await call(hospital.db, 'hospitals.signUp', input, { actor: null, idempotencyKey: key })
    const [row] = await hospital.db.sql<{ inputHash: Buffer }>({
      text: `select input_hash "inputHash" from idempotency_key where key = $1`,
      values: [key],
    })
    const { createHash } = await import('node:crypto')
    const canonical = JSON.stringify({
      admin: { email: input.admin.email, name: input.admin.name, password },
      hospital: input.hospital,
    })
    const bare = createHash('sha256').update(canonical).digest('hex')
    expect(row?.inputHash.toString('hex')).toHaveLength(64)
    expect(row?.inputHash.toString('hex')).not.toBe(bare)
  })
})
