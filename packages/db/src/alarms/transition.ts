import type { NumericParameter } from '../vitals/parameters.ts'
import type { AlarmLevel } from './settings.ts'

/** A rule's alarm begins. */
export interface Raise {
  type: 'raise'
  /** The rule's stable key; at most one alarm of a patient and rule is open at a time. */
  rule: string
  level: AlarmLevel
  /** Absent for rules of the whole patient: NEWS2, the whole monitor. */
  parameter?: NumericParameter
  /** The parameter's value, the change for a rate of change, the score for NEWS2; absent for missing data. */
  value?: number
  /** The value beyond which the rule breaches, in the unit of `value`. */
  limit?: number
  /** When the breach began. */
  since: number
  /** Effective time of the decision (epoch milliseconds): a device's own time, so not the base of repeat timers. */
  at: number
}

/**
 * A rule's alarm ends: the patient recovered, a graver alarm of the same family took over, or the rule was withdrawn
 * (threshold removed, patient no longer scored).
 */
export interface Resolve {
  type: 'resolve'
  rule: string
  at: number
  reason: 'recovered' | 'superseded' | 'withdrawn'
}

export type Transition = Raise | Resolve
