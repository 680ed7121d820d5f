import { describe, expect, test } from 'vitest'

import { START, WELL } from '../../test/bedside.ts'
import type { LatestValues } from './monitor-state.ts'
import { news2, type News2Patient, type News2Score } from './news2.ts'
import type { News2Parameter } from './news2-table.ts'
import type { Acvpu, NumericParameter, VitalValues } from './parameters.ts'

const ADULT: News2Patient = { ageYears: 60, spo2Scale: 1 }

function measured(values: VitalValues, at = START): LatestValues {
  return Object.fromEntries(Object.entries(values).map(([parameter, value]) => [parameter, { value, at }]))
}

function score(values: VitalValues, patient: News2Patient = ADULT): News2Score {
  const result = news2({ patient, current: measured(values), at: START })
  if (result.status === 'refused') throw new Error(`refused: ${result.reason}`)
  return result
}

// RCP 2017, chart 1, as printed: first and last value of each cell, in steps of the chart.
const CHART: { parameter: NumericParameter & News2Parameter; step: number; cells: [number, number, number][] }[] = [
  {
    parameter: 'respiration',
    step: 1,
    cells: [
      [1, 8, 3],
      [9, 11, 1],
      [12, 20, 0],
      [21, 24, 2],
      [25, 60, 3],
    ],
  },
  {
    parameter: 'spo2',
    step: 1,
    cells: [
      [50, 91, 3],
      [92, 93, 2],
      [94, 95, 1],
      [96, 100, 0],
    ],
  },
  {
    parameter: 'systolic',
    step: 1,
    cells: [
      [40, 90, 3],
      [91, 100, 2],
      [101, 110, 1],
      [111, 219, 0],
      [220, 300, 3],
    ],
  },
  {
    parameter: 'heartRate',
    step: 1,
    cells: [
      [20, 40, 3],
      [41, 50, 1],
      [51, 90, 0],
      [91, 110, 1],
      [111, 130, 2],
      [131, 250, 3],
    ],
  },
  {
    parameter: 'temperature',
    step: 0.1,
    cells: [
      [30, 35, 3],
      [35.1, 36, 1],
      [36.1, 38, 0],
      [38.1, 39, 1],
      [39.1, 43, 2],
    ],
  },
]

describe('sub-scores', () => {
  for (const { parameter, step, cells } of CHART) {
    test.each(cells)(`${parameter} %d to %d scores %d`, (from, to, points) => {
      for (let index = 0; index <= Math.round((to - from) / step); index++) {
        const value = Number((from + index * step).toFixed(1))
        expect([value, score({ [parameter]: value }).subscores[parameter]]).toEqual([value, points])
      }
    })
  }

  test.each([
    [70, 83, 3, 3],
    [84, 85, 2, 2],
    [86, 87, 1, 1],
    [88, 92, 0, 0],
    [93, 94, 0, 1],
    [95, 96, 0, 2],
    [97, 100, 0, 3],
  ])('SpO2 %d to %d on scale 2 scores %d on air and %d on oxygen', (from, to, onAir, onOxygen) => {
    const patient: News2Patient = { ageYears: 60, spo2Scale: 2 }
    for (let spo2 = from; spo2 <= to; spo2++) {
      expect([spo2, score({ spo2, supplementalOxygen: false }, patient).subscores.spo2]).toEqual([spo2, onAir])
      expect([spo2, score({ spo2, supplementalOxygen: true }, patient).subscores.spo2]).toEqual([spo2, onOxygen])
    }
  })

  test('scale 2 without a word about oxygen scores as on air: a lower bound', () => {
    expect(score({ spo2: 99 }, { ageYears: 60, spo2Scale: 2 })).toMatchObject({ score: 0, status: 'partial' })
  })

  test('an oxygen flag gone stale no longer counts as on oxygen', () => {
    const current = { ...measured({ spo2: 99 }), ...measured({ supplementalOxygen: true }, START - 13 * 3_600_000) }
    const result = news2({ patient: { ageYears: 60, spo2Scale: 2 }, current, at: START })
    expect(result).toMatchObject({ status: 'partial', score: 0, stale: ['supplementalOxygen'] })
  })

  test('oxygen adds 2 and anything but alert adds 3', () => {
    expect(score({ supplementalOxygen: true }).score).toBe(2)
    expect(score({ supplementalOxygen: false }).score).toBe(0)
    const levels: Acvpu[] = ['A', 'C', 'V', 'P', 'U']
    expect(levels.map((consciousness) => score({ consciousness }).score)).toEqual([0, 3, 3, 3, 3])
  })

  test.each([
    ['respiration', 8.4, 3],
    ['respiration', 8.5, 1],
    ['heartRate', 130.4, 2],
    ['heartRate', 130.5, 3],
    ['temperature', 38.04, 0],
    ['temperature', 38.06, 1],
  ] as const)('%s %d is scored as a person would chart it', (parameter, value, points) => {
    expect(score({ [parameter]: value }).score).toBe(points)
  })
})

describe('bands and intervals', () => {
  test.each([
    ['nothing', {}, 0, 'low', 720],
    ['1', { heartRate: 91 }, 1, 'low', 360],
    ['4 without a 3', { heartRate: 111, supplementalOxygen: true }, 4, 'low', 360],
    ['a single 3', { consciousness: 'C' }, 3, 'low-medium', 60],
    ['4 with a 3', { consciousness: 'V', heartRate: 91 }, 4, 'low-medium', 60],
    ['5', { heartRate: 111, supplementalOxygen: true, temperature: 38.5 }, 5, 'medium', 60],
    ['6 with a 3', { consciousness: 'P', respiration: 9, supplementalOxygen: true }, 6, 'medium', 60],
    ['7', { consciousness: 'U', heartRate: 111, supplementalOxygen: true }, 7, 'high', 0],
    [
      'everything',
      {
        respiration: 30,
        spo2: 80,
        supplementalOxygen: true,
        systolic: 70,
        heartRate: 150,
        consciousness: 'U',
        temperature: 34,
      },
      20,
      'high',
      0,
    ],
  ] as const)('%s', (_name, changed, expected, band, recommendedIntervalMinutes) => {
    expect(score({ ...WELL, ...changed })).toMatchObject({
      status: 'complete',
      score: expected,
      band,
      recommendedIntervalMinutes,
      missing: [],
      stale: [],
    })
  })

  test('the red score is said apart from the total', () => {
    expect(score({ ...WELL, consciousness: 'C' }).hasSingleThree).toBe(true)
    expect(score({ ...WELL, heartRate: 111, respiration: 21, supplementalOxygen: true }).hasSingleThree).toBe(false)
  })
})

describe('completeness', () => {
  test('a partial score is the sum of what is known and names what is not', () => {
    expect(score({ heartRate: 120, systolic: 95 })).toMatchObject({
      status: 'partial',
      score: 4,
      subscores: { heartRate: 2, systolic: 2 },
      missing: ['respiration', 'spo2', 'supplementalOxygen', 'consciousness', 'temperature'],
    })
  })

  test('the diastolic pressure neither scores nor is missed', () => {
    const { diastolic: _, ...rest } = WELL
    expect(score(rest)).toMatchObject({ status: 'complete', score: 0 })
    expect(score({ ...WELL, diastolic: 20 }).score).toBe(0)
  })

  test.each([
    ['heartRate', 1],
    ['spo2', 1],
    ['systolic', 1],
    ['respiration', 1],
    ['temperature', 6],
    ['consciousness', 6],
    ['supplementalOxygen', 12],
  ] as const)('%s counts for %d h, and no longer', (parameter, hours) => {
    const current = measured(WELL)
    const justFresh = { ...current, [parameter]: { value: WELL[parameter], at: START - hours * 3_600_000 } }
    const justStale = { ...current, [parameter]: { value: WELL[parameter], at: START - hours * 3_600_000 - 1 } }
    expect(news2({ patient: ADULT, current: justFresh, at: START })).toMatchObject({ status: 'complete' })
    expect(news2({ patient: ADULT, current: justStale, at: START })).toMatchObject({
      status: 'partial',
      stale: [parameter],
    })
  })
})

describe('refusal', () => {
  test.each([
    [{ ageYears: 15, spo2Scale: 1 }, 'under_16'],
    [{ ageYears: 0, spo2Scale: 1 }, 'under_16'],
    [{ ageYears: 30, spo2Scale: 1, pregnant: true }, 'pregnant'],
    [{ spo2Scale: 1 }, 'age_unknown'],
    [{ ageYears: Number.NaN, spo2Scale: 1 }, 'age_unknown'],
  ] as const)('%o is refused: %s', (patient, reason) => {
    expect(news2({ patient, current: measured(WELL), at: START })).toEqual({ status: 'refused', reason })
  })

  test('16 is scored', () => {
    expect(score(WELL, { ageYears: 16, spo2Scale: 1 })).toMatchObject({ status: 'complete', score: 0 })
  })
})
