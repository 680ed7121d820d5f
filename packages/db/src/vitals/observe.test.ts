import { describe, expect, test } from 'vitest'

import { DEFAULT_ALARM_SETTINGS } from '../alarms/settings.ts'
import { Bedside, START, WELL } from '../../test/bedside.ts'

describe('late and repeated readings', () => {
  test('an older value is flagged late and changes nothing', () => {
    const bedside = new Bedside()
    bedside.send(10, WELL)
    const { state } = bedside
    const { flags, transitions } = bedside.send(9, { heartRate: 30 })
    expect(flags).toEqual([{ flag: 'late', parameters: ['heartRate'] }])
    expect(transitions).toEqual([])
    expect(bedside.state).toBe(state)
  })

  test('the same reading again is late, whenever it is received', () => {
    const bedside = new Bedside()
    bedside.send(10, WELL)
    const { state } = bedside
    for (const received of [10, 11, 5000]) {
      expect(bedside.send(10, WELL, received).flags).toMatchObject([{ flag: 'late' }])
      expect(bedside.state).toBe(state)
    }
  })

  test('a late reading may still bring what nobody has measured since', () => {
    const bedside = new Bedside()
    bedside.send(10, { heartRate: 80 })
    const { flags } = bedside.send(5, { heartRate: 75, temperature: 39 })
    expect(flags).toEqual([{ flag: 'late', parameters: ['heartRate'] }])
    expect(bedside.state.latest.heartRate?.value).toBe(80)
    expect(bedside.state.latest.temperature).toMatchObject({ value: 39, at: START + 5000 })
    expect(bedside.state.at).toBe(START + 10_000)
  })

  test('the score of a wholly late reading is that of the state', () => {
    const bedside = new Bedside()
    bedside.send(10, { ...WELL, heartRate: 120 })
    expect(bedside.send(9, { heartRate: 75 }).news2).toMatchObject({ score: 2 })
  })
})

describe('clocks', () => {
  test('a clock ahead within the tolerance is believed', () => {
    const bedside = new Bedside()
    const { effectiveAt, flags } = bedside.send(60, WELL, 0)
    expect(effectiveAt).toBe(START + 60_000)
    expect(flags).toEqual([])
  })

  test('a clock further ahead is flagged and the reading counts from its receipt', () => {
    const bedside = new Bedside()
    const { effectiveAt, flags, news2 } = bedside.send(61, { ...WELL, heartRate: 135 }, 0)
    expect(effectiveAt).toBe(START)
    expect(flags).toEqual([{ flag: 'clock_skew', aheadMs: 61_000 }])
    expect(news2).toMatchObject({ status: 'complete', score: 3 })
  })

  test('a clock a year ahead does not silence alarms', () => {
    const bedside = new Bedside()
    const year = 365 * 86_400
    for (let second = 0; second <= 10; second++) bedside.send(year + second, { heartRate: 135 }, second)
    expect(bedside.story).toEqual(['10s raise threshold:heartRate:critical:high critical'])
  })

  test('good readings after a clock a year ahead are not taken for late', () => {
    const bedside = new Bedside()
    bedside.send(365 * 86_400, { heartRate: 75 }, 0)
    expect(bedside.send(1, { heartRate: 76 }).flags).toEqual([])
    expect(bedside.state.latest.heartRate).toEqual({ value: 76, at: START + 1000 })
  })

  test('a batch from a clock ahead ends with its newest value, in any later repetition too', () => {
    const bedside = new Bedside()
    for (const second of [3600, 3601, 3602]) bedside.send(second, { heartRate: second - 3530 }, 0)
    const { state } = bedside
    expect(state.latest.heartRate).toMatchObject({ value: 72, at: START })
    for (const second of [3600, 3601, 3602]) bedside.send(second, { heartRate: second - 3530 }, 0)
    bedside.send(3602, { heartRate: 72 }, 30)
    expect(bedside.state).toBe(state)
  })

  test('a clock an hour behind neither hurries alarms nor makes its live values missing', () => {
    const bedside = new Bedside({ settings: DEFAULT_ALARM_SETTINGS })
    for (let second = 0; second < 300; second++) {
      bedside.send(second - 3600, { heartRate: second === 150 ? 150 : 75 }, second)
      bedside.silence(second)
    }
    expect(bedside.story).toEqual([])
  })
})

describe('impossible values', () => {
  test('are flagged, never the latest, never scored, never alarming', () => {
    const bedside = new Bedside()
    bedside.send(0, WELL)
    for (let second = 1; second < 60; second++) {
      const { flags, news2 } = bedside.send(second, { heartRate: 0, spo2: 0 })
      expect(flags).toEqual([{ flag: 'implausible', parameters: ['heartRate', 'spo2'] }])
      expect(news2).toMatchObject({ score: 0 })
    }
    expect(bedside.state.latest.heartRate?.value).toBe(WELL.heartRate)
    expect(bedside.story).toEqual([])
  })

  test('leave the rest of the reading in force', () => {
    const bedside = new Bedside()
    bedside.stream(0, 10, { heartRate: 0, spo2: 85 })
    expect(bedside.open).toEqual(['threshold:spo2:critical:low'])
    expect(bedside.state.latest.heartRate).toBeUndefined()
  })
})

test('the given state is never changed', () => {
  const bedside = new Bedside()
  bedside.stream(0, 30, { heartRate: 130 })
  const { state } = bedside
  const before = structuredClone(state)
  bedside.stream(31, 60, { heartRate: 70, spo2: 80 })
  expect(state).toEqual(before)
})

test('a child has no score and still has alarms', () => {
  const bedside = new Bedside({ patient: { ageYears: 7, spo2Scale: 1 } })
  bedside.stream(0, 120, { ...WELL, spo2: 85, consciousness: 'U' })
  expect(bedside.send(121, WELL).news2).toEqual({ status: 'refused', reason: 'under_16' })
  expect(bedside.story).toEqual(['10s raise threshold:spo2:critical:low critical'])
})
