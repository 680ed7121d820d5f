export const SEVERITIES = ['critical', 'high', 'moderate', 'low'] as const
export type Severity = (typeof SEVERITIES)[number]

/** One thing a prescriber has to know before signing. */
export interface SafetyFinding {
  readonly kind: 'interaction' | 'allergy' | 'cross-reaction' | 'duplicate' | 'condition' | 'dose'
  readonly severity: Severity
  /** The rule, by an id that stays. */
  readonly rule: string
  /** The medications concerned, as they were given. */
  readonly medications: readonly string[]
  readonly effect: string
  readonly mechanism: string
  readonly advice: string
  readonly alternatives: string
  readonly source: string
}

/** What the check could not look at, and why. Silence about it must not read as safety. */
export interface NotJudged {
  readonly field: 'medications' | 'allergies' | 'conditions' | 'dose'
  readonly text: string
  readonly reason: 'unknown name' | 'no amount a day' | 'strength of a combination' | 'class alone'
}

export interface Patient {
  /** One entry a medicine, as written: `warfarin 5 mg OD`, `Tylenol`. */
  readonly medications: readonly string[]
  readonly allergies?: readonly string[]
  readonly conditions?: readonly string[]
  readonly isPregnant?: boolean
  readonly isBreastfeeding?: boolean
}
