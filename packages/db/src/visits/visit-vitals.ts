import { invalid } from '../kernel/errors.ts'
import type { Given } from '../kernel/given.ts'
import type { sexes } from '../patients/patient.entity.ts'

/** Vital signs taken at a visit, in one unit each whatever they were said in. Null: not taken. */
export interface VisitVitals {
  /** Cel */
  temperature: number | null
  /** mm[Hg] */
  systolic: number | null
  /** mm[Hg] */
  diastolic: number | null
  /** /min, by a device */
  heartRate: number | null
  /** /min, by hand */
  pulse: number | null
  /** /min */
  respiration: number | null
  /** % */
  spo2: number | null
  weightKg: number | null
  heightCm: number | null
  waistCm: number | null
  hipCm: number | null
}

export type VisitVitalsInput = Given<VisitVitals> & {
  temperatureUnit?: 'Cel' | '[degF]' | undefined
  /** `120/80`, instead of `systolic` and `diastolic`. */
  bloodPressure?: string | undefined
}

/** With what follows from them: computed, never taken from whoever asks. */
export interface VisitVitalsReading extends VisitVitals {
  /** kg/m2 */
  bmi: number | null
  waistHipRatio: number | null
  /** From 0.85 (women) and 0.90 (men) on: WHO, Waist Circumference and Waist-Hip Ratio, 2008. Null where neither applies. */
  isWaistHipRaised: boolean | null
}

/** What is nobody's vital sign is a slip of the pen and refused. */
const limits: Readonly<Record<keyof VisitVitals, readonly [low: number, high: number, unit: string]>> = {
  temperature: [30, 45, 'Cel'],
  systolic: [50, 300, 'mm[Hg]'],
  diastolic: [30, 200, 'mm[Hg]'],
  heartRate: [20, 300, '/min'],
  pulse: [20, 300, '/min'],
  respiration: [5, 60, '/min'],
  spo2: [50, 100, '%'],
  weightKg: [0.5, 500, 'kg'],
  heightCm: [20, 300, 'cm'],
  waistCm: [20, 300, 'cm'],
  hipCm: [20, 300, 'cm'],
}
const fields = Object.keys(limits) as (keyof VisitVitals)[]
const bmiLimits = [5, 100] as const
const ratioLimits = [0.3, 2] as const

/**
 * Vital signs in the form they are stored in: Celsius and two pressures.
 *
 * @throws DomainError `invalid` naming the value that no patient has
 */
export function toVitals(input: VisitVitalsInput): VisitVitals {
  const { temperatureUnit = 'Cel', bloodPressure, temperature = null, ...rest } = input
  if (bloodPressure !== undefined && (rest.systolic ?? rest.diastolic ?? null) !== null) {
    throw invalid('vitals.bloodPressure', 'this, or systolic and diastolic')
  }
  const given = {
    ...rest,
    ...(bloodPressure === undefined ? {} : pressures(bloodPressure)),
    temperature: temperature !== null && temperatureUnit === '[degF]' ? ((temperature - 32) * 5) / 9 : temperature,
  }
  const vitals = Object.fromEntries(
    fields.map((field) => [field, withinLimits(field, given[field] ?? null)]),
  ) as unknown as VisitVitals
  if (fields.every((field) => vitals[field] === null)) throw invalid('vitals', 'at least one value')
  assertConsistent(vitals)
  return vitals
}

/** Body mass index and waist-hip ratio are worked out at each reading, by the sex the file has now. */
export function readVitals(vitals: VisitVitals, sex: (typeof sexes)[number]): VisitVitalsReading {
  const bmi = bmiOf(vitals)
  const ratio = ratioOf(vitals)
  const normal = sex === 'female' ? 0.85 : sex === 'male' ? 0.9 : null
  return {
    ...vitals,
    bmi: bmi === null ? null : round(bmi, 1),
    waistHipRatio: ratio === null ? null : round(ratio, 2),
    isWaistHipRaised: ratio === null || normal === null ? null : ratio >= normal,
  }
}

function pressures(text: string): Pick<VisitVitals, 'systolic' | 'diastolic'> {
  const [, systolic, diastolic] = /^(\d{1,3})\/(\d{1,3})$/.exec(text) ?? []
  if (systolic === undefined || diastolic === undefined) throw invalid('vitals.bloodPressure', 'such as 120/80')
  return { systolic: Number(systolic), diastolic: Number(diastolic) }
}

function withinLimits(field: keyof VisitVitals, value: number | null): number | null {
  if (value === null) return null
  const [low, high, unit] = limits[field]
  const rounded = round(value, 2)
  if (!(rounded >= low && rounded <= high)) throw invalid(`vitals.${field}`, `${low} to ${high} ${unit}`)
  return rounded
}

/** What is possible by itself and not together. */
function assertConsistent(vitals: VisitVitals): void {
  const { systolic, diastolic } = vitals
  if (systolic !== null && diastolic !== null && diastolic >= systolic) {
    throw invalid('vitals.diastolic', 'less than systolic')
  }
  const [bmi, ratio] = [bmiOf(vitals), ratioOf(vitals)]
  if (bmi !== null && isOutside(bmi, bmiLimits)) {
    throw invalid('vitals.weightKg', `with this height a body mass index of ${bmiLimits.join(' to ')}`)
  }
  if (ratio !== null && isOutside(ratio, ratioLimits)) {
    throw invalid('vitals.waistCm', `with this hip a ratio of ${ratioLimits.join(' to ')}`)
  }
}

function bmiOf({ weightKg, heightCm }: VisitVitals): number | null {
  return weightKg === null || heightCm === null ? null : weightKg / (heightCm / 100) ** 2
}

function ratioOf({ waistCm, hipCm }: VisitVitals): number | null {
  return waistCm === null || hipCm === null ? null : waistCm / hipCm
}

function isOutside(value: number, [low, high]: readonly [number, number]): boolean {
  return value < low || value > high
}

function round(value: number, places: number): number {
  return Math.round(value * 10 ** places) / 10 ** places
}
