export const TRIAGE_LEVELS = ['emergency', 'urgent', 'soon', 'self-care', 'unclear'] as const
/** `unclear`: nothing was understood that a rule speaks of, which is no all-clear. */
export type TriageLevel = (typeof TRIAGE_LEVELS)[number]

/** Who the patient is to whoever writes: the words that mean the patient are not a relative's then. */
export const TRIAGE_SUBJECTS = ['self', 'child', 'parent', 'spouse', 'other'] as const
export type TriageSubject = (typeof TRIAGE_SUBJECTS)[number]

export interface Complaint {
  readonly text: string
  /** Of the patient, in years; 0.1 is five weeks. Without one an adult is assumed. */
  readonly ageYears?: number
  readonly sex?: 'female' | 'male' | 'other' | 'unknown'
  readonly isPregnant?: boolean
  /** How long it has lasted, as far as the text does not say. */
  readonly durationDays?: number
  /** 0 to 10, as the patient feels it. */
  readonly severity?: number
  /** Degrees Celsius. */
  readonly temperatureC?: number
  /** `self` when not given. */
  readonly subject?: TriageSubject
}

/** A stretch of the complaint, as it was written: `text.slice(start, end)`. */
export interface Stretch {
  readonly text: string
  readonly start: number
  readonly end: number
}

/** A rule that holds, and the words it rests on; none for what was given as a number. */
export interface TriageFlag {
  readonly level: Exclude<TriageLevel, 'unclear'>
  /** `triage/stroke`, `red-flag/chest-pain` … */
  readonly rule: string
  readonly reason: string
  readonly source: string
  readonly evidence: readonly Stretch[]
}

/** Why a symptom that is in the text was not counted. */
export type Standing = 'stands' | 'denied' | 'somebody-else' | 'past' | 'only-thought-of'

export interface SetAside extends Stretch {
  readonly why: Exclude<Standing, 'stands'>
}

/** How urgent a complaint is, and why. Never a diagnosis, and never an all-clear. */
export interface Triage {
  readonly engine: 'rules'
  readonly version: string
  readonly level: TriageLevel
  /** The gravest first. */
  readonly flags: readonly TriageFlag[]
  /** Plain language, the most pressing line first. */
  readonly advice: readonly string[]
  readonly setAside: readonly SetAside[]
  /** Sentences in which nothing was recognised. */
  readonly notUnderstood: readonly Stretch[]
}
