import { describe, expect, test } from 'vitest'

import { Bedside } from '../../test/bedside.ts'
import { DEFAULT_ALARM_SETTINGS } from './settings.ts'

/** Heart rate: more than 40 within 10 minutes, dwell 30 s. */
const changing = () =>
  new Bedside({
    thresholds: [],
    settings: { ...DEFAULT_ALARM_SETTINGS, missingData: [] },
    patient: { spo2Scale: 1 },
  })

describe('rate of change', () => {
  test('a fall within the normal range alarms', () => {
    const bedside = changing()
    bedside.stream(0, 600, { systolic: 150 })
    bedside.stream(601, 631, { systolic: 105 })
    expect(bedside.story).toEqual(['631s raise change:systolic:fall warning'])
  })

  test('and so does a rise', () => {
    const bedside = changing()
    bedside.stream(0, 300, { heartRate: 55 })
    bedside.stream(301, 331, { heartRate: 97 })
    expect(bedside.story).toEqual(['331s raise change:heartRate:rise warning'])
  })

  test('the same change spread over an hour does not', () => {
    const bedside = changing()
    for (let second = 0; second <= 3600; second++) bedside.send(second, { heartRate: 55 + (42 * second) / 3600 })
    expect(bedside.story).toEqual([])
  })

  test('it ends when half of it is undone, not before', () => {
    const bedside = changing()
    bedside.stream(0, 300, { heartRate: 55 })
    bedside.stream(301, 340, { heartRate: 97 })
    bedside.stream(341, 390, { heartRate: 87 })
    expect(bedside.open).toEqual(['change:heartRate:rise'])
    bedside.stream(391, 421, { heartRate: 74 })
    expect(bedside.open).toEqual([])
  })

  test('it ends once the new value is the recent past', () => {
    const bedside = changing()
    bedside.stream(0, 300, { heartRate: 55 })
    bedside.stream(301, 1200, { heartRate: 97 })
    expect(bedside.open).toEqual([])
    expect(bedside.story).toHaveLength(2)
  })

  test('an artefact in the past does not make every value after it a change', () => {
    const bedside = changing()
    // One value a slice of the trend, so that nothing dilutes the bad one.
    for (let second = 0; second <= 1200; second += 120) bedside.send(second, { heartRate: second === 240 ? 20 : 75 })
    expect(bedside.story.filter((line) => line.includes(':rise'))).toEqual([])
  })

  test('a gap longer than the window leaves nothing to compare with', () => {
    const bedside = changing()
    bedside.stream(0, 300, { heartRate: 55 })
    bedside.send(1000, { heartRate: 110 })
    bedside.silence(1500)
    expect(bedside.story).toEqual([])
  })
})
