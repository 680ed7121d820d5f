import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type TestHospital, testHospital } from '../../test/hospital.ts'
import type { Query } from '../database/sql.ts'
import { uuidv7 } from '../kernel/ids.ts'
import { nobodysScope, type Scope } from './scope.ts'

let hospital: TestHospital

beforeAll(async () => {
  hospital = await testHospital()
})
afterAll(() => hospital[Symbol.asyncDispose]())

const ask = (sql: Query) =>
  sql<Scope>({
    name: 'scope_asked',
    text: `select scope_hospital() "hospitalId", scope_patient() "patientId", scope_user() "userId"`,
  })

const failing = (sql: Query) => sql<Scope>({ text: 'select 1 / 0' })

it('whoever asks finds the own scope, whatever others do on the same connections', async () => {
  const id = fc.constantFrom(null, uuidv7(), uuidv7())
  const scope = fc.record({ hospitalId: id, patientId: id, userId: id })
  const step = fc.record({ scope, how: fc.constantFrom('lone', 'transaction', 'failure', 'failing transaction') })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const { query, transaction } = hospital.db.scoped
      const answers = steps.map(async ({ scope: own, how }) => {
        switch (how) {
          case 'lone':
            return ask(query(own))
          case 'transaction':
            return transaction(own, ask)
          case 'failure':
            return failing(query(own)).catch(() => ask(query(own)))
          default:
            return transaction(own, failing).catch(() => ask(query(own)))
        }
      })
      expect((await Promise.all(answers)).flat()).toEqual(steps.map(({ scope: own }) => own))
    }),
    { numRuns: 40 },
  )
})

it('a scope that cannot be taken answers nothing, and leaves nothing behind', async () => {
  const { query } = hospital.db.scoped
  const broken = { ...nobodysScope, hospitalId: 'not\u0000a setting' }
  await expect(ask(query(broken))).rejects.toThrow()
  expect(await ask(query(nobodysScope))).toEqual([nobodysScope])
})
