import fc from 'fast-check'
import { expect, test } from 'vitest'
import { before, noon, tileOf } from '../../test/tiles.ts'
import { RecentValues } from './recent.ts'

test('history that arrives late goes in front of what came live, each time once', () => {
  const recent = new RecentValues()
  const tile = tileOf()
  recent.take({ ...tile, latest: { ...tile.latest, heartRate: { value: 80, at: before(1_000) } } })
  recent.add('p1', [
    { at: noon - 1_000, heartRate: 80 },
    { at: noon - 3_000, heartRate: 78, spo2: 97 },
  ])
  expect(recent.of('p1')).toEqual({
    times: [(noon - 3_000) / 1000, (noon - 1_000) / 1000],
    heartRate: [78, 80],
    spo2: [97, undefined],
  })
})

test('two vital signs measured at different times are each drawn at their own', () => {
  const recent = new RecentValues()
  const tile = tileOf()
  const latest = { ...tile.latest, heartRate: { value: 80, at: before(1_000) }, spo2: { value: 96, at: before(9_000) } }
  recent.take({ ...tile, latest })
  expect(recent.of('p1')).toEqual({
    times: [(noon - 9_000) / 1000, (noon - 1_000) / 1000],
    heartRate: [undefined, 80],
    spo2: [96, undefined],
  })
})

test('what did not change stays the same object, so that nothing is drawn again', () => {
  const recent = new RecentValues()
  const tile = tileOf()
  const latest = { ...tile.latest, heartRate: { value: 80, at: before(1_000) } }
  recent.take({ ...tile, latest })
  const drawn = recent.of('p1')
  recent.take({ ...tile, latest, readings: 2 })
  recent.add('p1', [{ at: noon - 1_000, heartRate: 80 }])
  expect(recent.of('p1')).toBe(drawn)
})

test('holds a quarter of an hour at most, in order, whatever comes', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.integer({ min: 0, max: 7_200 }), { maxLength: 50 }), { maxLength: 10 }),
      (batches) => {
        const recent = new RecentValues()
        for (const batch of batches) {
          recent.add(
            'p',
            batch.map((seconds) => ({ at: noon + seconds * 1000, heartRate: seconds })),
          )
        }
        const { times } = recent.of('p')
        expect(times).toEqual([...new Set(times)].sort((a, b) => a - b))
        const [first = 0, last = 0] = [times[0], times.at(-1)]
        expect(last - first).toBeLessThanOrEqual(900)
        const newest = Math.max(...batches.flat(), -Infinity)
        expect(times.at(-1)).toBe(newest === -Infinity ? undefined : noon / 1000 + newest)
      },
    ),
  )
})
