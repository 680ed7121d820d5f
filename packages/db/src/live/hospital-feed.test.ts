import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it, vi } from 'vitest'
import { HeldScoped } from '../../test/held-scoped.ts'
import { testHospital } from '../../test/hospital.ts'
import { send } from '../../test/readings.ts'
import { hospitalScope } from '../row-security/scope.ts'
import { HospitalFeed } from './hospital-feed.ts'
import { type Look, newReadings, onOneSnapshot } from './look.ts'

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
    const { found: missed } = await onOneSnapshot({ scoped: db.scoped, scope: hospitalScope(hospitalId) }, (sql) =>
      newReadings(sql, { hospitalId, patientIds: [patientId], since: snapshot, limit: 10 }),
    )
    expect(rates()).toEqual(expect.arrayContaining(missed.readings.map(({ reading }) => reading.heartRate)))
  } finally {
    held.release()
    for (const end of leave) end()
  }
})

it('readings that are too many for one look are counted, patient by patient', async () => {
  await using hospital = await testHospital()
  const [one, other] = [await hospital.admit(), await hospital.admit()]
  const { hospitalId, db } = hospital
  const feed = new HospitalFeed(db, hospitalId, () => {}, { readingsPerLook: 3 })
  const looks: Look[] = []
  const leave = await Promise.all(
    [one, other].map(async ({ patientId }, index) =>
      feed.add({ patientId, take: (look) => index === 0 && looks.push(look), fail: () => {} }),
    ),
  )
  try {
    const start = hospital.clock.now.getTime() - 60_000
    const beats = (patientId: string, seconds: number[]) =>
      seconds.map((second) => ({ patientId, sourceTime: start + second * 1_000, values: { heartRate: 60 + second } }))
    await send(hospital, [...beats(one.patientId, [1, 3, 6]), ...beats(other.patientId, [2, 4, 5])])
    await vi.waitUntil(() => looks.some(({ readings }) => readings.length > 0), { timeout: 20_000, interval: 5 })
    const [look] = looks.filter(({ readings }) => readings.length > 0)
    expect(look?.readings.map(({ reading }) => reading.heartRate)).toEqual([64, 65, 66])
    expect(look?.leftOut).toEqual(
      new Map([
        [one.patientId, 2],
        [other.patientId, 1],
      ]),
    )
  } finally {
    for (const end of leave) end()
  }
})

it('a database that does not answer ends the streams after a while, however few looks that was', async () => {
  await using hospital = await testHospital()
  const { hospitalId, db } = hospital
  const held = new HeldScoped(db.scoped)
  const feed = new HospitalFeed({ ...db, scoped: held.scoped }, hospitalId, () => {}, { patienceMs: 300 })
  const failures: unknown[] = []
  const leave = await feed.add({ patientId: null, take: () => {}, fail: (error) => failures.push(error) })
  try {
    held.hold()
    await vi.waitUntil(() => held.waiting > 0, { timeout: 20_000, interval: 5 })
    await sleep(400)
    held.fail(new Error('Query read timeout'))
    await vi.waitUntil(() => failures.length > 0, { timeout: 5_000, interval: 5 })
    expect(failures[0]).toMatchObject({ message: 'Query read timeout' })
  } finally {
    held.release()
    leave()
  }
})
