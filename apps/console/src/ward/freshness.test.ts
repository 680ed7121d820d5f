import { describe, expect, test } from 'vitest'
import { before, noon, scored, tileOf } from '../../test/tiles.ts'
import { isValueOld, silenceMs, tileFreshness } from './freshness.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

describe('a streaming monitor', () => {
  test.each([
    [0, 'live'],
    [19 * SECOND, 'live'],
    [20 * SECOND, 'waiting'],
    [59 * SECOND, 'waiting'],
    [60 * SECOND, 'old'],
    [24 * HOUR, 'old'],
  ] as const)('silent for %d ms is %s', (silence, expected) => {
    expect(tileFreshness(tileOf({ receivedAt: before(silence) }), noon)).toBe(expected)
  })

  test('that never sent anything says so', () => {
    expect(tileFreshness(tileOf({ receivedAt: null }), noon)).toBe('none')
  })

  test('is not of the future when the screen is a little behind', () => {
    expect(silenceMs(tileOf({ receivedAt: before(-3_000) }), noon)).toBe(0)
  })
})

describe('spot checks', () => {
  const checked = (silence: number, everyMinutes: number) =>
    tileFreshness(
      tileOf({ monitoring: 'spot-checks', receivedAt: before(silence), news2: scored(1, { everyMinutes }) }),
      noon,
    )
  test('are good for the round that the score asks for', () => {
    expect(checked(59 * MINUTE, 60)).toBe('live')
    expect(checked(60 * MINUTE, 60)).toBe('old')
    expect(checked(5 * HOUR, 360)).toBe('live')
  })
  test('of somebody who needs continuous monitoring are old after half an hour', () => {
    expect(checked(29 * MINUTE, 0)).toBe('live')
    expect(checked(30 * MINUTE, 0)).toBe('old')
  })
})

test.each([
  ['heartRate', 'continuous', 90 * SECOND],
  ['spo2', 'continuous', 120 * SECOND],
  ['heartRate', 'spot-checks', HOUR],
  ['systolic', 'continuous', HOUR],
  ['temperature', 'continuous', 6 * HOUR],
  ['supplementalOxygen', 'spot-checks', 12 * HOUR],
] as const)('%s under %s is good for %d ms', (parameter, monitoring, goodFor) => {
  expect(isValueOld(parameter, before(goodFor), { monitoring, now: noon })).toBe(false)
  expect(isValueOld(parameter, before(goodFor + 1), { monitoring, now: noon })).toBe(true)
})
