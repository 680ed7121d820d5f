import type { Acvpu, Parameter } from './parameters.ts'

/** Points of one parameter. Supplemental oxygen gives 0 or 2. */
export type Points = 0 | 1 | 2 | 3

/** The parameters NEWS2 scores: all but the diastolic pressure. */
export type News2Parameter = Exclude<Parameter, 'diastolic'>

export const NEWS2_PARAMETERS = [
  'respiration',
  'spo2',
  'supplementalOxygen',
  'systolic',
  'heartRate',
  'consciousness',
  'temperature',
] as const satisfies readonly News2Parameter[]

/** Rows of [highest value of the row, its points], ascending; the last row is open. */
type Scale = readonly (readonly [upTo: number, points: Points])[]

// Royal College of Physicians, National Early Warning Score (NEWS) 2, 2017: chart 1, the scoring system. The tables are
// written for whole numbers (tenths for the temperature), so a finer value is rounded first as a person would chart it.
const RESPIRATION: Scale = [
  [8, 3],
  [11, 1],
  [20, 0],
  [24, 2],
  [Infinity, 3],
]
const SPO2_SCALE_1: Scale = [
  [91, 3],
  [93, 2],
  [95, 1],
  [Infinity, 0],
]
const SPO2_SCALE_2_AIR: Scale = [
  [83, 3],
  [85, 2],
  [87, 1],
  [Infinity, 0],
]
const SPO2_SCALE_2_OXYGEN: Scale = [
  [83, 3],
  [85, 2],
  [87, 1],
  [92, 0],
  [94, 1],
  [96, 2],
  [Infinity, 3],
]
const SYSTOLIC: Scale = [
  [90, 3],
  [100, 2],
  [110, 1],
  [219, 0],
  [Infinity, 3],
]
const HEART_RATE: Scale = [
  [40, 3],
  [50, 1],
  [90, 0],
  [110, 1],
  [130, 2],
  [Infinity, 3],
]
const TENTHS_OF_TEMPERATURE: Scale = [
  [350, 3],
  [360, 1],
  [380, 0],
  [390, 1],
  [Infinity, 2],
]

function look(scale: Scale, value: number): Points {
  const rounded = Math.round(value)
  for (const row of scale) if (rounded <= row[0]) return row[1]
  return 3
}

export const respirationPoints = (perMinute: number): Points => look(RESPIRATION, perMinute)
export const systolicPoints = (mmHg: number): Points => look(SYSTOLIC, mmHg)
export const heartRatePoints = (perMinute: number): Points => look(HEART_RATE, perMinute)
export const temperaturePoints = (celsius: number): Points => look(TENTHS_OF_TEMPERATURE, celsius * 10)
export const consciousnessPoints = (level: Acvpu): Points => (level === 'A' ? 0 : 3)
export const oxygenPoints = (onOxygen: boolean): Points => (onOxygen ? 2 : 0)

/**
 * Scale 2 is for hypercapnic respiratory failure, prescribed target 88-92 %: above the target it scores only while the
 * patient breathes oxygen. Unknown oxygen counts as air, which keeps the sum a lower bound.
 */
export function spo2Points(percent: number, scale: 1 | 2, onOxygen: boolean): Points {
  if (scale === 1) return look(SPO2_SCALE_1, percent)
  return look(onOxygen ? SPO2_SCALE_2_OXYGEN : SPO2_SCALE_2_AIR, percent)
}
