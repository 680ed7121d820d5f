import type { NumericParameter } from '../vitals/parameters.ts'

export type ThresholdLevel = 'warning' | 'critical'

/** The bounds of one parameter at one level, in the parameter's unit. A value on a bound is inside. */
export interface Threshold {
  parameter: NumericParameter
  level: ThresholdLevel
  /** Null: no bound on this side. */
  low: number | null
  high: number | null
  /** How far back inside a value must come before the alarm may end (hysteresis). */
  exitMargin: number
  /** How long a breach, or a recovery, must last to count. */
  dwellSeconds: number
}

/** A stored threshold: the hospital's default, or one patient's override, for a span of time (epoch milliseconds). */
export interface ThresholdRow extends Threshold {
  /** Null: the hospital's default. */
  patientId: string | null
  effectiveFrom: number
  /** First instant at which it no longer holds; null: until replaced. */
  effectiveUntil: number | null
}

/**
 * The hospital's bounds at the start. Dwell: Görges, Markewitz and Westenskow (Anesth Analg 108:1546, 2009) found that
 * a delay of 14 s would remove half of the ignored and ineffective alarms of an ICU and 19 s two thirds; warnings take
 * 20 s, criticals pay with more false alarms for 10 s. Temperature moves slowly and its probes move often.
 * The margins are about one step of the parameter's ordinary noise.
 */
export const DEFAULT_THRESHOLDS: readonly Threshold[] = [
  { parameter: 'heartRate', level: 'warning', low: 60, high: 100, exitMargin: 3, dwellSeconds: 20 },
  { parameter: 'heartRate', level: 'critical', low: 40, high: 120, exitMargin: 3, dwellSeconds: 10 },
  { parameter: 'spo2', level: 'warning', low: 94, high: 100, exitMargin: 1, dwellSeconds: 20 },
  { parameter: 'spo2', level: 'critical', low: 90, high: 100, exitMargin: 1, dwellSeconds: 10 },
  { parameter: 'temperature', level: 'warning', low: 36, high: 37.5, exitMargin: 0.2, dwellSeconds: 60 },
  { parameter: 'temperature', level: 'critical', low: 35, high: 38.5, exitMargin: 0.2, dwellSeconds: 30 },
  { parameter: 'systolic', level: 'warning', low: 90, high: 140, exitMargin: 4, dwellSeconds: 20 },
  { parameter: 'systolic', level: 'critical', low: 80, high: 160, exitMargin: 4, dwellSeconds: 10 },
  { parameter: 'diastolic', level: 'warning', low: 60, high: 90, exitMargin: 3, dwellSeconds: 20 },
  { parameter: 'diastolic', level: 'critical', low: 50, high: 100, exitMargin: 3, dwellSeconds: 10 },
  { parameter: 'respiration', level: 'warning', low: 12, high: 20, exitMargin: 1, dwellSeconds: 20 },
  { parameter: 'respiration', level: 'critical', low: 10, high: 30, exitMargin: 1, dwellSeconds: 10 },
]

/**
 * The thresholds that hold for a patient at an instant: of each parameter and level the patient's own row, else the
 * hospital's, whole rows and never a mixture of both; of several the one that took effect last. What has no row has no
 * alarm. Rows of other patients are ignored.
 */
export function effectiveThresholds(rows: readonly ThresholdRow[], patientId: string, at: number): ThresholdRow[] {
  const chosen = new Map<string, ThresholdRow>()
  for (const row of rows) {
    if (row.patientId !== null && row.patientId !== patientId) continue
    if (row.effectiveFrom > at || (row.effectiveUntil !== null && row.effectiveUntil <= at)) continue
    const key = `${row.parameter}:${row.level}`
    const other = chosen.get(key)
    if (other === undefined || outranks(row, other)) chosen.set(key, row)
  }
  return [...chosen.values()]
}

function outranks(row: ThresholdRow, other: ThresholdRow): boolean {
  if ((row.patientId === null) !== (other.patientId === null)) return row.patientId !== null
  return row.effectiveFrom > other.effectiveFrom
}

export type ThresholdProblem = 'not_a_number' | 'low_not_below_high' | 'exit_margin_out_of_range' | 'dwell_out_of_range'

/** Ten minutes: a longer dwell is no filter for artefacts, it hides the patient. */
const MAX_DWELL_SECONDS = 600

/** What makes a threshold unusable, if anything: refuse it before it is stored. */
export function thresholdProblem(threshold: Threshold): ThresholdProblem | undefined {
  const { low, high, exitMargin, dwellSeconds } = threshold
  for (const number of [low ?? 0, high ?? 0, exitMargin, dwellSeconds]) {
    if (!Number.isFinite(number)) return 'not_a_number'
  }
  if (low !== null && high !== null) {
    if (low >= high) return 'low_not_below_high'
    // Otherwise a value inside the bounds could never end an alarm.
    if (exitMargin >= high - low) return 'exit_margin_out_of_range'
  }
  if (exitMargin < 0) return 'exit_margin_out_of_range'
  return dwellSeconds < 0 || dwellSeconds > MAX_DWELL_SECONDS ? 'dwell_out_of_range' : undefined
}
