import { expect, test } from 'vitest'
import { ageInYears, bloodPressure, duration, number, spokenDuration } from './format.ts'

test.each([
  [-5, '0 s', '0 seconds'],
  [1_999, '1 s', '1 second'],
  [59_999, '59 s', '59 seconds'],
  [60_000, '1 min', '1 minute'],
  [3_599_999, '59 min', '59 minutes'],
  [3_600_000, '1 h', '1 hour'],
  [3_900_000, '1 h 05', '1 hour 5 minutes'],
  [86_400_000, '1 d', '1 day'],
  [93_600_000, '1 d 2 h', '1 day'],
  [864_000_000, '10 d', '10 days'],
])('%d ms is %s, spoken %s', (ms, short, spoken) => {
  expect([duration(ms), spokenDuration(ms)]).toEqual([short, spoken])
})

test('values that are not known are a dash, never a nought', () => {
  expect([number(null), number(undefined), number(Number.NaN), number(36.64, 1), number(0)]).toEqual([
    '–',
    '–',
    '–',
    '36.6',
    '0',
  ])
  expect([bloodPressure(118, 76), bloodPressure(118, null), bloodPressure(null, 76)]).toEqual(['118/76', '118/–', '–'])
})

test('a year of age begins on the birthday', () => {
  expect(ageInYears('1960-11-22', '2026-11-21')).toBe(65)
  expect(ageInYears('1960-11-22', '2026-11-22')).toBe(66)
})
