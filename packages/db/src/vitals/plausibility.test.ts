import { expect, test } from 'vitest'

import { DEFAULT_THRESHOLDS } from '../alarms/thresholds.ts'
import { NUMERIC_PARAMETERS } from './parameters.ts'
import { implausible, PLAUSIBLE } from './plausibility.ts'

test.each(NUMERIC_PARAMETERS)('%s: both limits are possible, beyond them is not', (parameter) => {
  const { low, high } = PLAUSIBLE[parameter]
  expect(implausible({ [parameter]: low })).toEqual([])
  expect(implausible({ [parameter]: high })).toEqual([])
  expect(implausible({ [parameter]: low - 0.01 })).toEqual([parameter])
  expect(implausible({ [parameter]: high + 0.01 })).toEqual([parameter])
})

test.each(NUMERIC_PARAMETERS)('%s: zero is a monitor saying "not available", and so is no number', (parameter) => {
  expect(implausible({ [parameter]: 0 })).toEqual([parameter])
  expect(implausible({ [parameter]: Number.NaN })).toEqual([parameter])
  expect(implausible({ [parameter]: Number.POSITIVE_INFINITY })).toEqual([parameter])
})

test('the systolic must exceed the diastolic', () => {
  expect(implausible({ systolic: 80, diastolic: 79 })).toEqual([])
  expect(implausible({ systolic: 80, diastolic: 80 })).toEqual(['systolic', 'diastolic'])
  expect(implausible({ systolic: 80, diastolic: 120, heartRate: 70 })).toEqual(['systolic', 'diastolic'])
  expect(implausible({ systolic: 0, diastolic: 60 })).toEqual(['systolic', 'diastolic'])
})

test('one bad value leaves the others of the reading alone', () => {
  expect(implausible({ heartRate: 400, spo2: 97, consciousness: 'A', supplementalOxygen: false })).toEqual([
    'heartRate',
  ])
})

test('no alarm bound lies beyond what is possible, or it could never alarm', () => {
  for (const { parameter, low, high } of DEFAULT_THRESHOLDS) {
    expect(low).toBeGreaterThan(PLAUSIBLE[parameter].low)
    expect(high).toBeLessThanOrEqual(PLAUSIBLE[parameter].high)
  }
})
