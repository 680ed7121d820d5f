import { expect, test } from 'vitest'
import { before, noon } from '../../test/tiles.ts'
import { type Threshold, limitsFor, limitsWords } from './limits.ts'
import { detailFrom, extent, type Hour, mergeReadings, trendOf } from './trend.ts'

const HOUR = 3_600_000

const hour = (start: string, mean: number): Hour => ({
  start,
  readings: 60,
  heartRate: { count: 60, mean, min: mean - 10, max: mean + 10 },
  spo2: null,
  systolic: null,
  diastolic: null,
  temperature: null,
  respiration: null,
})
type Reading = Parameters<typeof mergeReadings>[0][number]
const reading = (at: string, part: Partial<Reading> = {}): Reading => ({
  patientId: 'p1',
  at,
  receivedAt: at,
  deviceId: null,
  heartRate: 80,
  spo2: null,
  systolic: null,
  diastolic: null,
  temperature: null,
  respiration: null,
  supplementalOxygen: null,
  consciousness: null,
  news2: null,
  news2Partial: false,
  implausible: [],
  late: false,
  clockSkew: false,
  ...part,
})

test('hours as far back as single readings do not reach, then the readings', () => {
  const hours = [hour(before(5 * HOUR), 60), hour(before(2 * HOUR), 70), hour(before(HOUR), 99)]
  const readings = [reading(before(HOUR)), reading(before(1_000), { heartRate: 90 })]
  const trend = trendOf('heartRate', { hours, readings, from: noon - 4 * HOUR, detailedSince: noon - HOUR })
  expect(trend).toEqual([
    { at: noon - 1.5 * HOUR, value: 70, range: { low: 60, high: 80 } },
    { at: noon - HOUR, value: 80, range: null },
    { at: noon - 1_000, value: 90, range: null },
  ])
  expect(extent(trend)).toEqual({ low: 60, high: 90 })
})

test('a value that cannot be a patient’s is not drawn', () => {
  const readings = [reading(before(1_000), { heartRate: 700, implausible: ['heartRate'] })]
  expect(trendOf('heartRate', { hours: [], readings, from: 0, detailedSince: 0 })).toEqual([])
})

test('what came live and is in the history too counts once', () => {
  const [old, both, live] = [before(3_000), before(2_000), before(1_000)].map((at) => reading(at))
  if (!old || !both || !live) throw new Error('three readings')
  expect(mergeReadings([both, old], [both, live]).map(({ at }) => at)).toEqual([old.at, both.at, live.at])
})

test('short spans are drawn reading by reading, long ones by the hour up to the present one', () => {
  expect(detailFrom('6h', noon)).toBe(noon - 6 * HOUR)
  expect(detailFrom('7d', noon + 1_000)).toBe(noon)
})

test('a patient’s own limits come before the hospital’s, level by level, while they are in force', () => {
  const limit = (part: Partial<Threshold>): Threshold => ({
    id: 't',
    patientId: null,
    parameter: 'heartRate',
    level: 'critical',
    low: 40,
    high: 120,
    exitMargin: 0,
    dwellSeconds: 20,
    effectiveFrom: before(48 * HOUR),
    effectiveUntil: null,
    setBy: 'default',
    ...part,
  })
  const own = limit({ patientId: 'p1', high: 140, effectiveFrom: before(HOUR) })
  const hospital = [limit({}), limit({ level: 'warning', low: 50, high: 100 })]
  const limits = limitsFor('heartRate', [...hospital, own], noon)
  expect(limits).toEqual({ isOwn: true, warning: { low: 50, high: 100 }, critical: { low: 40, high: 140 } })
  expect(limitsWords('heartRate', limits)).toBe(
    "This patient's own alarm limits: warning below 50 or above 100; critical below 40 or above 140.",
  )
  const ended = { ...own, effectiveUntil: before(1) }
  expect(limitsFor('heartRate', [...hospital, ended], noon).critical).toEqual({ low: 40, high: 120 })
  expect(limitsWords('spo2', limitsFor('spo2', [], noon))).toBe('')
})
