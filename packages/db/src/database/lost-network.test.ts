import { expect, it, vi } from 'vitest'
import { testHospital } from '../../test/hospital.ts'
import { wireTo } from '../../test/wire.ts'
import type { BusMessage } from '../events/bus.ts'
import { createWard } from '../hospitals/wards.ts'
import { contextOf } from '../kernel/context.ts'
import { hospitalScope } from '../row-security/scope.ts'
import { openDatabase } from './open-database.ts'
import { isUnavailable } from './sql-state.ts'

it('a network that goes away without a word is answered for, and its connections are used no more', async () => {
  await using hospital = await testHospital()
  const wire = await wireTo(hospital.url)
  const db = await openDatabase({ url: wire.url, keys: hospital.db.keys, poolSize: 2, answerWithinMs: 1_500 })
  const admin = contextOf({ actor: hospital.admin, db, now: () => hospital.clock.now })
  const one = { text: 'select 1 one' }
  const heard: BusMessage[] = []
  db.bus.subscribe((message) => heard.push(message))
  let wards = 1
  // More of each than there are connections: some wait for one.
  const asks = () =>
    [1, 2, 3].flatMap(() => [
      db.sql(one),
      db.scoped.query(hospitalScope(hospital.hospitalId))(one),
      db.scoped.transaction(hospitalScope(hospital.hospitalId), (sql) => sql(one)),
      createWard(admin, { name: `Ward ${++wards}` }),
    ])
  try {
    await Promise.all(asks())
    wire.cut()
    const ends = await Promise.allSettled(asks())
    const reasons = ends.map((end) => (end.status === 'rejected' ? end.reason : 'answered'))
    expect(reasons.filter((reason) => !isUnavailable(reason))).toEqual([])
    wire.mend()
    await Promise.all(asks())
    // The line to the other processes is found dead too, and what streams may have missed on it is asked anew.
    await vi.waitUntil(() => heard.some(({ type }) => type === 'access'), { timeout: 20_000, interval: 20 })
  } finally {
    await wire[Symbol.asyncDispose]()
    await db.close()
  }
})
