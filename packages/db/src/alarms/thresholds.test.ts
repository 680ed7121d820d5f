import { describe, expect, test } from 'vitest'

import { Bedside } from '../../test/bedside.ts'
import { DEFAULT_THRESHOLDS, effectiveThresholds, type ThresholdRow, thresholdProblem } from './thresholds.ts'

const HEART_RATE: ThresholdRow = {
  parameter: 'heartRate',
  level: 'warning',
  low: 60,
  high: 100,
  exitMargin: 3,
  dwellSeconds: 20,
  patientId: null,
  effectiveFrom: 0,
  effectiveUntil: null,
}
const OVERRIDE: ThresholdRow = { ...HEART_RATE, low: 45, high: 110, patientId: 'athlete' }

describe('effectiveThresholds', () => {
  test('the patient’s own wins, whichever comes first, and only for that patient', () => {
    for (const rows of [
      [HEART_RATE, OVERRIDE],
      [OVERRIDE, HEART_RATE],
    ]) {
      expect(effectiveThresholds(rows, 'athlete', 1)).toEqual([OVERRIDE])
      expect(effectiveThresholds(rows, 'somebody else', 1)).toEqual([HEART_RATE])
    }
  })

  test('an override holds from its first instant up to, and not including, its last', () => {
    const row = { ...OVERRIDE, effectiveFrom: 1000, effectiveUntil: 2000 }
    const lows = [999, 1000, 1999, 2000].map((at) => effectiveThresholds([HEART_RATE, row], 'athlete', at)[0]?.low)
    expect(lows).toEqual([60, 45, 45, 60])
  })

  test('of several the one that took effect last', () => {
    const newer = { ...OVERRIDE, low: 50, effectiveFrom: 500 }
    expect(effectiveThresholds([newer, OVERRIDE], 'athlete', 400)[0]?.low).toBe(45)
    expect(effectiveThresholds([newer, OVERRIDE], 'athlete', 500)[0]?.low).toBe(50)
  })

  test('an override without a bound takes the default’s bound away', () => {
    const noUpper = { ...OVERRIDE, high: null }
    const thresholds = effectiveThresholds([HEART_RATE, noUpper], 'athlete', 1)
    const bedside = new Bedside({ thresholds })
    bedside.stream(0, 60, { heartRate: 115 })
    expect(bedside.story).toEqual([])
  })

  // 002: the global key held nulls, so the same default could stand twice and alarm twice.
  test('bug global-thresholds-not-unique: two defaults of one parameter and level give one threshold', () => {
    const twice = [HEART_RATE, { ...HEART_RATE, effectiveFrom: 5, low: 55 }]
    expect(effectiveThresholds(twice, 'anybody', 10)).toEqual([twice[1]])
  })

  // 002: the procedure that changed a default also updated every patient's own row.
  test('bug global-change-overwrites-patient: a new default leaves an override as it is', () => {
    const newDefault = { ...HEART_RATE, low: 65, high: 95, effectiveFrom: 100 }
    expect(effectiveThresholds([HEART_RATE, OVERRIDE, newDefault], 'athlete', 200)).toEqual([OVERRIDE])
    expect(effectiveThresholds([HEART_RATE, OVERRIDE, newDefault], 'somebody else', 200)).toEqual([newDefault])
  })
})

// 002: the trigger's variables kept the bounds of the vital tested before when a vital had none of its own.
test('bug stale-trigger-variables: a parameter without a threshold never alarms on another one’s bounds', () => {
  const thresholds = DEFAULT_THRESHOLDS.filter(({ parameter }) => parameter === 'heartRate')
  const bedside = new Bedside({ thresholds, patient: { spo2Scale: 1 } })
  bedside.stream(0, 60, { heartRate: 75, spo2: 30, systolic: 300, diastolic: 20, temperature: 30, respiration: 3 })
  expect(bedside.story).toEqual([])
})

test('bug stale-trigger-variables: a parameter without a critical threshold gets its warning only', () => {
  const thresholds = DEFAULT_THRESHOLDS.filter(({ parameter, level }) => parameter !== 'spo2' || level === 'warning')
  const bedside = new Bedside({ thresholds })
  bedside.stream(0, 20, { heartRate: 75, spo2: 80 })
  expect(bedside.open).toEqual(['threshold:spo2:warning:low'])
})

describe('thresholdProblem', () => {
  test.each(DEFAULT_THRESHOLDS)('the default $level of $parameter is sound', (threshold) => {
    expect(thresholdProblem(threshold)).toBeUndefined()
  })

  test.each([
    [{ low: 100, high: 100 }, 'low_not_below_high'],
    [{ low: 101, high: 100 }, 'low_not_below_high'],
    [{ low: Number.NaN }, 'not_a_number'],
    [{ dwellSeconds: Number.POSITIVE_INFINITY }, 'not_a_number'],
    [{ exitMargin: -1 }, 'exit_margin_out_of_range'],
    [{ exitMargin: 40 }, 'exit_margin_out_of_range'],
    [{ dwellSeconds: -1 }, 'dwell_out_of_range'],
    [{ dwellSeconds: 601 }, 'dwell_out_of_range'],
    [{ low: null, high: null }, undefined],
    [{ low: null, exitMargin: 40 }, undefined],
  ])('%o: %s', (change, problem) => {
    expect(thresholdProblem({ ...HEART_RATE, ...change })).toBe(problem)
  })
})
