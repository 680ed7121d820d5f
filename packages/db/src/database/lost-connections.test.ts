import { expect, it } from 'vitest'
import { testHospital } from '../../test/hospital.ts'
import { createWard } from '../hospitals/wards.ts'
import { contextOf } from '../kernel/context.ts'
import { openDatabase } from './open-database.ts'
import { isUnavailable } from './sql-state.ts'
import { transact } from './transact.ts'

it('transactions whose connections the server ends leave their places to others', async () => {
  await using hospital = await testHospital()
  const db = await openDatabase({ url: hospital.url, keys: hospital.db.keys, poolSize: 2 })
  const admin = contextOf({ actor: hospital.admin, db, now: () => hospital.clock.now })
  try {
    for (let times = 0; times < 5; times++) {
      const ended = transact(admin, ({ sql }) => sql({ text: 'select pg_terminate_backend(pg_backend_pid())' }))
      expect(await ended.catch(isUnavailable)).toBe(true)
    }
    await createWard(admin, { name: 'Ward 2' })
  } finally {
    await db.close()
  }
})
