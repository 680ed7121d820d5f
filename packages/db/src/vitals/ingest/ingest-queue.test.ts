import { expect, it, onTestFinished } from 'vitest'
import { HeldScoped } from '../../../test/held-scoped.ts'
import { type TestHospital, testHospital } from '../../../test/hospital.ts'
import { storedReadings } from '../../../test/readings.ts'
import { authorizeStaff } from '../../policy/authorize.ts'
import type { Scoped } from '../../row-security/scope.ts'
import { IngestQueue } from './ingest-queue.ts'
import { maxBatch, maxWaitingRows } from './limits.ts'

interface Sent {
  from: number
  rows: number
}

/** A gateway's way into a queue of its own, over whatever stands for the database: every hundredth of a second a heart rate. */
async function sender(hospital: TestHospital, scoped: Scoped) {
  const { patientId } = await hospital.admit()
  const own = hospital.as(hospital.gateway)
  const ctx = { ...own, db: { ...own.db, scoped } }
  const access = await authorizeStaff(own, 'vitals.record', { type: 'hospital' })
  const queue = new IngestQueue()
  const start = hospital.clock.now.getTime() - 3_600_000
  const send = ({ from, rows }: Sent) =>
    queue.submit({
      ctx,
      access,
      isGateway: true,
      rows: Array.from({ length: rows }, (_, index) => ({
        index,
        patientId,
        mrn: null,
        sourceTime: start + (from + index) * 10,
        device: null,
        values: { heartRate: 70 },
      })),
    })
  return { patientId, send }
}

it('what would wait in vain is refused at once, what waits is stored, and then there is room again', async () => {
  await using hospital = await testHospital()
  const held = new HeldScoped(hospital.db.scoped)
  const { patientId, send } = await sender(hospital, held.scoped)
  held.hold()
  onTestFinished(() => held.release())
  const whole = { from: 0, rows: maxBatch }
  // Two lanes hold a request each; the same readings over and over fill the queue behind them.
  const taken = Array.from({ length: 2 + maxWaitingRows / maxBatch }, () => send(whole))
  const next = { from: maxBatch, rows: 1 }
  await expect(send(next)).rejects.toMatchObject({ code: 'unavailable', details: { retryAfter: 5 } })
  held.release()
  expect((await Promise.all(taken)).map((outcomes) => outcomes.length)).toEqual(taken.map(() => maxBatch))
  expect(await send(next)).toEqual([{ index: 0, status: 'stored' }])
  expect(await storedReadings(hospital.db.sql, patientId)).toBe(maxBatch + 1)
})

it('senders hear together, not one after the other, that the database is away', async () => {
  await using hospital = await testHospital()
  let attempts = 0
  const transaction = () => {
    attempts += 1
    return Promise.reject(new Error('timeout exceeded when trying to connect'))
  }
  const { send } = await sender(hospital, { query: hospital.db.scoped.query, transaction })
  const sent = Array.from({ length: 20 }, (_, from) => send({ from, rows: 1 }))
  const ends = await Promise.allSettled(sent)
  expect(ends.map(({ status }) => status)).toEqual(sent.map(() => 'rejected'))
  // A lane each for the first two, and one for all who came while they were busy.
  expect(attempts).toBe(3)
})
