import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it, vi } from 'vitest'
import { testHospital } from '../../test/hospital.ts'
import { send } from '../../test/readings.ts'
import { hospitalScope, type Scoped } from '../row-security/scope.ts'
import { HospitalFeed } from './hospital-feed.ts'
import { type Look, newReadings, onOneSnapshot } from './look.ts'

/** Transactions that wait before they begin, as they do when every connection is taken. */
class HeldScoped {
  #gate = Promise.resolve()
  waiting = 0
  release = () => {}
  readonly scoped: Scoped

  constructor(scoped: Scoped) {
    this.scoped = {
      query: scoped.query,
      transaction: async (...args) => {
        this.waiting += 1
        await this.#gate
        this.waiting -= 1
        return scoped.transaction(...args)
      },
    }
  }

  hold(): void {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#gate = promise
    this.release = resolve
  }
}

it('who joins while a look is still waiting for its connection misses no reading', async () => {
  await using hospital = await testHospital()
  const { patientId } = await hospital.admit()
  const { hospitalId, db } = hospital
  const held = new HeldScoped(db.scoped)
  const feed = new HospitalFeed({ ...db, scoped: held.scoped }, hospitalId, () => {})
  const leaveWard = await feed.add({ patientId: null, take: () => {}, fail: () => {} })
  const looks: Look[] = []
  const leave: (() => void)[] = [leaveWard]
  const rates = () => looks.flatMap(({ readings }) => readings.map(({ reading }) => reading.heartRate))
  try {
    held.hold()
    await vi.waitUntil(() => held.waiting > 0, { timeout: 20_000, interval: 5 })
    // This look has already asked which patients are wanted.
    const joined = (async () => {
      leave.push(await feed.add({ patientId, take: (look) => looks.push(look), fail: () => {} }))
      return onOneSnapshot({ scoped: db.scoped, scope: hospitalScope(hospitalId) }, async () => null)
    })()
    await sleep(50)
    await send(hospital, [{ patientId, values: { heartRate: 61 } }])
    held.release()
    const { snapshot } = await joined
    hospital.clock.advance(1)
    await send(hospital, [{ patientId, values: { heartRate: 62 } }])
    await vi.waitUntil(() => rates().includes(62), { timeout: 20_000, interval: 5 })
    const { found } = await onOneSnapshot({ scoped: db.scoped, scope: hospitalScope(hospitalId) }, (sql) =>
      newReadings(sql, { hospitalId, patientIds: [patientId], since: snapshot, limit: 10 }),
    )
    expect(rates()).toEqual(expect.arrayContaining(found.map(({ reading }) => reading.heartRate)))
  } finally {
    held.release()
    for (const end of leave) end()
  }
})
