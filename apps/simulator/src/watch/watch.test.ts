import { expect, test } from 'vitest'
import { FakeWard } from '../../test/fake-ward.ts'
import { virtualClock } from '../../test/virtual-clock.ts'
import { BedsideError } from '../bedside.ts'
import { ReadingLedger } from './reading-ledger.ts'
import { runWatch, type WatchOptions } from './run-watch.ts'

const sight = (at: number, now = at + 50) => ({ patientId: 'a', at, now })

test('a reading that one of forty watchers did not see is lost once', () => {
  const ledger = new ReadingLedger(40)
  for (let watcher = 0; watcher < 40; watcher++) {
    expect(ledger.see(watcher, sight(0))).toBe(true)
    if (watcher !== 33) ledger.see(watcher, sight(1000))
  }
  ledger.sweep(20_000)
  expect(ledger.counts).toEqual({ readings: 2, expected: 80, lost: 1, repeated: 0, late: 0 })
})

test('a repetition is told from an arrival and does not hide a loss', () => {
  const ledger = new ReadingLedger(2)
  ledger.see(0, sight(0))
  expect(ledger.see(0, sight(0))).toBe(false)
  expect(ledger.finish(Infinity)).toMatchObject({ expected: 2, lost: 1, repeated: 1 })
})

test('within ten seconds a reading may still come; after that it is late, and stays lost', () => {
  const ledger = new ReadingLedger(2)
  ledger.see(0, sight(0))
  ledger.sweep(9000)
  expect(ledger.see(1, sight(0, 9000))).toBe(true)
  ledger.see(0, sight(1000))
  ledger.sweep(12_000)
  expect(ledger.see(1, sight(1000, 12_000))).toBe(false)
  expect(ledger.finish(Infinity)).toEqual({ readings: 2, expected: 4, lost: 1, repeated: 0, late: 1 })
})

test('what the first watcher saw in the last moment is not held against the others', () => {
  const ledger = new ReadingLedger(2)
  ledger.see(0, sight(0, 100))
  expect(ledger.finish(100)).toMatchObject({ readings: 0, lost: 0 })
})

function watch(options: Partial<WatchOptions> = {}, ward = new FakeWard(2)) {
  const clock = virtualClock()
  const stop = new AbortController()
  const outcome = runWatch({
    bedside: ward,
    subjects: [{ kind: 'ward', id: 'ward-1' }],
    watchers: 3,
    durationS: 20,
    clock,
    signal: stop.signal,
    ...options,
  })
  return { ward, clock, stop, outcome }
}

test('latency counts from the source time to each watcher', async () => {
  const ward = new FakeWard(2)
  const { clock, outcome } = watch({}, ward)
  for (let second = 0; second < 10; second++) {
    await clock.sleep(1000)
    ward.tell({ kind: 'reading', patientId: ward.patients[0]?.id ?? '', at: clock.now() - 80 })
  }
  ward.tell({ kind: 'alarm', patientId: ward.patients[0]?.id ?? '', level: 'critical' })
  const { arrived, alarms, latency, loss } = await outcome
  expect({ arrived, alarms, loss }).toMatchObject({
    arrived: 30,
    alarms: 3,
    loss: { readings: 10, expected: 30, lost: 0 },
  })
  expect(latency.at(50)).toBeGreaterThanOrEqual(79)
})

test('watchers are dealt out over patients, each compared only with its own', async () => {
  const ward = new FakeWard(2)
  const subjects = ward.patients.map(({ id }) => ({ kind: 'patient' as const, id }))
  const { clock, outcome } = watch({ subjects }, ward)
  await clock.sleep(100)
  for (const { id } of ward.patients) ward.tell({ kind: 'reading', patientId: id, at: clock.now() })
  expect((await outcome).loss).toMatchObject({ readings: 2, expected: 3, lost: 0 })
})

test('streams that break are counted by code and the rest goes on; when none is left the run ends', async () => {
  const ward = new FakeWard(1)
  const refuse = (): AsyncIterable<never> => ({
    [Symbol.asyncIterator]: () => ({
      next: () => Promise.reject(new BedsideError('no', { code: 'FORBIDDEN', retryable: false })),
    }),
  })
  const { outcome } = watch({ bedside: { watchWard: refuse, watchPatient: refuse }, durationS: 0 }, ward)
  const { broken, elapsedS } = await outcome
  expect(broken.get('FORBIDDEN')).toBe(3)
  expect(elapsedS).toBeLessThan(1)
})

test('stopped by the user it reports at once', async () => {
  const { outcome, stop, clock } = watch({ durationS: 0 })
  await clock.sleep(500)
  stop.abort()
  expect((await outcome).loss.lost).toBe(0)
})
