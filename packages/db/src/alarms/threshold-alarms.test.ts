import { describe, expect, test } from 'vitest'

import { Bedside } from '../../test/bedside.ts'
import { DEFAULT_THRESHOLDS } from './thresholds.ts'

/** Warning above 100, critical above 120, both end 3 below; dwell 20 s and 10 s. */
const HEART_RATE = DEFAULT_THRESHOLDS.filter(({ parameter }) => parameter === 'heartRate')
// Of unknown age, so that no NEWS2 alarm mixes in.
const bedsideOf = (thresholds = HEART_RATE) => new Bedside({ thresholds, patient: { spo2Scale: 1 } })

describe('dwell', () => {
  test('a breach raises once it has lasted the dwell, not before', () => {
    const bedside = bedsideOf()
    bedside.stream(0, 9, { heartRate: 121 })
    expect(bedside.story).toEqual([])
    bedside.send(10, { heartRate: 121 })
    expect(bedside.story).toEqual(['10s raise threshold:heartRate:critical:high critical'])
  })

  test('a value on the bound is inside', () => {
    const bedside = bedsideOf()
    bedside.stream(0, 600, { heartRate: 100 })
    bedside.stream(601, 1200, { heartRate: 60 })
    expect(bedside.story).toEqual([])
  })

  test('an artefact shorter than the dwell never raises, however often it comes', () => {
    const bedside = bedsideOf()
    for (let second = 0; second < 1800; second++) {
      bedside.send(second, { heartRate: second % 15 < 9 ? 200 : 75 })
      bedside.silence(second)
    }
    expect(bedside.story).toEqual([])
  })

  test('one odd value of a device that sends every minute is answered by the next one', () => {
    const bedside = bedsideOf()
    for (let minute = 0; minute < 20; minute++) {
      bedside.send(minute * 60, { heartRate: minute === 10 ? 200 : 75 })
      for (let second = 0; second < 60; second += 5) bedside.silence(minute * 60 + second)
    }
    expect(bedside.story).toEqual([])
  })
})

describe('ending', () => {
  test('a value between the bound and the exit margin does not end an alarm', () => {
    const bedside = bedsideOf()
    bedside.stream(0, 20, { heartRate: 105 })
    bedside.stream(21, 300, { heartRate: 98 })
    expect(bedside.open).toEqual(['threshold:heartRate:warning:high'])
  })

  test('bug no-auto-resolve: a recovery that lasts the dwell ends it by itself', () => {
    const bedside = bedsideOf()
    bedside.stream(0, 20, { heartRate: 105 })
    bedside.stream(21, 41, { heartRate: 97 })
    expect(bedside.story).toEqual([
      '20s raise threshold:heartRate:warning:high warning',
      '41s resolve threshold:heartRate:warning:high recovered',
    ])
    expect(bedside.state.tracks).toEqual({})
  })

  test('a relapse during the recovery starts it anew', () => {
    const bedside = bedsideOf()
    bedside.stream(0, 20, { heartRate: 105 })
    bedside.stream(21, 35, { heartRate: 90 })
    bedside.send(36, { heartRate: 101 })
    bedside.stream(37, 56, { heartRate: 90 })
    expect(bedside.open).toEqual(['threshold:heartRate:warning:high'])
    bedside.send(57, { heartRate: 90 })
    expect(bedside.open).toEqual([])
  })

  test('bug no-hysteresis: a value that swings around the bound raises once', () => {
    const bedside = bedsideOf()
    bedside.stream(0, 20, { heartRate: 102 })
    for (let second = 21; second < 880; second++) bedside.send(second, { heartRate: 98 + (second % 5) })
    expect(bedside.story).toEqual(['20s raise threshold:heartRate:warning:high warning'])
  })
})

describe('one open alarm', () => {
  test('bug ten-minute-window: a breach that lasts for hours is one alarm, not one every ten minutes', () => {
    const bedside = bedsideOf()
    bedside.stream(0, 7200, { heartRate: 150 }, 5)
    expect(bedside.story).toEqual(['10s raise threshold:heartRate:critical:high critical'])
  })

  test('the critical supersedes the warning, which comes back if it still holds afterwards', () => {
    const bedside = bedsideOf()
    bedside.stream(0, 20, { heartRate: 110 })
    bedside.stream(21, 40, { heartRate: 130 })
    bedside.stream(41, 60, { heartRate: 110 })
    bedside.stream(61, 90, { heartRate: 80 })
    expect(bedside.story).toEqual([
      '20s raise threshold:heartRate:warning:high warning',
      '31s resolve threshold:heartRate:warning:high superseded',
      '31s raise threshold:heartRate:critical:high critical',
      '51s resolve threshold:heartRate:critical:high recovered',
      '51s raise threshold:heartRate:warning:high warning',
      '81s resolve threshold:heartRate:warning:high recovered',
    ])
  })

  test('the warning stays away when the critical recovers all the way', () => {
    const bedside = bedsideOf()
    bedside.stream(0, 30, { heartRate: 130 })
    bedside.stream(31, 60, { heartRate: 80 })
    expect(bedside.story).toEqual([
      '10s raise threshold:heartRate:critical:high critical',
      '41s resolve threshold:heartRate:critical:high recovered',
    ])
    expect(bedside.state.tracks).toEqual({})
  })

  test('the warning returns when its own recovery relapses after the critical is over', () => {
    const bedside = bedsideOf()
    bedside.stream(0, 30, { heartRate: 130 })
    bedside.stream(31, 42, { heartRate: 80 })
    bedside.send(43, { heartRate: 105 })
    expect(bedside.open).toEqual(['threshold:heartRate:warning:high'])
  })

  test('too slow and too fast are two alarms: an answer to one is none to the other', () => {
    const bedside = bedsideOf()
    bedside.stream(0, 20, { heartRate: 35 })
    bedside.stream(21, 31, { heartRate: 130 })
    expect(bedside.story.filter((line) => line.includes('critical'))).toEqual([
      '10s raise threshold:heartRate:critical:low critical',
      '31s resolve threshold:heartRate:critical:low recovered',
      '31s raise threshold:heartRate:critical:high critical',
    ])
  })
})

describe('sustained breach', () => {
  test('a warning that lasts a quarter of an hour becomes critical, until the warning is over', () => {
    const bedside = bedsideOf()
    bedside.stream(0, 1000, { heartRate: 110 })
    bedside.stream(1001, 1021, { heartRate: 80 })
    expect(bedside.story).toEqual([
      '20s raise threshold:heartRate:warning:high warning',
      '900s resolve threshold:heartRate:warning:high superseded',
      '900s raise sustained:heartRate:high critical',
      '1021s resolve sustained:heartRate:high recovered',
    ])
  })

  test('two spot checks hours apart are no evidence of what was between', () => {
    const bedside = bedsideOf()
    for (const hour of [0, 4, 8]) bedside.send(hour * 3600, { heartRate: 110 })
    expect(bedside.open).toEqual(['threshold:heartRate:warning:high'])
  })

  test('after a critical the quarter of an hour begins anew', () => {
    const bedside = bedsideOf()
    bedside.stream(0, 1000, { heartRate: 110 })
    bedside.stream(1001, 1011, { heartRate: 130 })
    bedside.stream(1012, 1922, { heartRate: 110 })
    expect(bedside.story.slice(3)).toEqual([
      '1011s resolve sustained:heartRate:high superseded',
      '1011s raise threshold:heartRate:critical:high critical',
      '1022s resolve threshold:heartRate:critical:high recovered',
      '1022s raise threshold:heartRate:warning:high warning',
      '1922s resolve threshold:heartRate:warning:high superseded',
      '1922s raise sustained:heartRate:high critical',
    ])
  })

  test('a critical supersedes it too', () => {
    const bedside = bedsideOf()
    bedside.stream(0, 900, { heartRate: 110 }, 10)
    bedside.stream(910, 930, { heartRate: 140 }, 10)
    expect(bedside.open).toEqual(['threshold:heartRate:critical:high'])
  })
})

describe('rules that change under an open alarm', () => {
  test('the alarm of a rule withdrawn ends with the next reading of anything', () => {
    const bedside = bedsideOf()
    bedside.stream(0, 20, { heartRate: 130 })
    bedside.rules = bedsideOf([]).rules
    bedside.send(21, { spo2: 97 })
    expect(bedside.story.at(-1)).toBe('21s resolve threshold:heartRate:critical:high withdrawn')
    expect(bedside.state.tracks).toEqual({})
  })

  test('or in silence; a warning that still holds takes its place', () => {
    const bedside = bedsideOf()
    bedside.stream(0, 25, { heartRate: 130 })
    bedside.rules = bedsideOf(HEART_RATE.filter(({ level }) => level === 'warning')).rules
    bedside.silence(26)
    expect(bedside.story.slice(-2)).toEqual([
      '26s resolve threshold:heartRate:critical:high withdrawn',
      '26s raise threshold:heartRate:warning:high warning',
    ])
  })
})
