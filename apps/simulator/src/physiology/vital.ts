/** The measured vital signs, in the order of every array of six in the simulator. */
export const VITALS = ['heartRate', 'spo2', 'systolic', 'diastolic', 'temperature', 'respiration'] as const

export type Vital = (typeof VITALS)[number]

export type AlarmLevel = 'warning' | 'critical'

export const HEART_RATE = 0
export const SPO2 = 1
export const SYSTOLIC = 2
export const DIASTOLIC = 3
export const TEMPERATURE = 4
export const RESPIRATION = 5

/** A hospital's default alarm limits: inside is quiet. Same order as `VITALS`. */
const LIMITS = [
  { warning: [60, 100], critical: [40, 120] },
  { warning: [94, 100], critical: [90, 100] },
  { warning: [90, 140], critical: [80, 160] },
  { warning: [60, 90], critical: [50, 100] },
  { warning: [36, 37.5], critical: [35, 38.5] },
  { warning: [12, 20], critical: [10, 30] },
] as const

/** 0 inside all limits, 1 outside the warning limits, 2 outside the critical ones. */
export function severityOf(vital: number, value: number): 0 | 1 | 2 {
  const limits = LIMITS[vital]
  if (limits === undefined) return 0
  if (value < limits.critical[0] || value > limits.critical[1]) return 2
  return value < limits.warning[0] || value > limits.warning[1] ? 1 : 0
}
