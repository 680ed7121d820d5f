import type { KeyRing } from '../encryption/key-ring.ts'
import type { sexes } from '../patients/patient.entity.ts'
import type { SymptomLevel } from './symptom-check.entity.ts'

/** A patient's own words, and what they give besides them. */
export interface SymptomComplaint {
  text: string
  isPregnant?: boolean | undefined
  /** How long it has lasted. */
  durationDays?: number | undefined
  /** 0 to 10, as it is felt. */
  severity?: number | undefined
  /** Degrees Celsius. */
  temperatureC?: number | undefined
}

/** The same with what the record knows of whom it is about, as it is assessed. */
export interface PatientComplaint extends SymptomComplaint {
  ageYears: number
  sex: (typeof sexes)[number]
  /** Who the patient is to whoever writes. */
  subject: 'self' | 'child' | 'other'
}

export interface ComplaintStretch {
  text: string
  start: number
  end: number
}

export interface SymptomAnswer {
  engine: string
  version: string
  level: SymptomLevel
  flags: {
    level: Exclude<SymptomLevel, 'unclear'>
    rule: string
    reason: string
    source: string
    evidence: ComplaintStretch[]
  }[]
  advice: string[]
  setAside: (ComplaintStretch & { why: 'denied' | 'somebody-else' | 'past' | 'only-thought-of' })[]
  notUnderstood: ComplaintStretch[]
}

/** What judges a complaint; it knows no database, and this no rules. */
export type AssessComplaint = (complaint: PatientComplaint) => Promise<SymptomAnswer>

/** One check without its content. */
export interface SymptomCheckLine {
  id: string
  patientId: string
  level: SymptomLevel
  engine: string
  engineVersion: string
  askedBy: string
  createdAt: string
}

export interface SymptomCheckDetails extends SymptomCheckLine {
  complaint: SymptomComplaint
  answer: SymptomAnswer
}

const place = (column: 'complaint' | 'answer', id: string) => ({ table: 'symptom_check', column, id })

export function sealCheck(
  keys: KeyRing,
  id: string,
  { complaint, answer }: { complaint: SymptomComplaint; answer: SymptomAnswer },
) {
  return {
    complaintCipher: keys.encrypt(JSON.stringify(complaint), place('complaint', id)),
    answerCipher: keys.encrypt(JSON.stringify(answer), place('answer', id)),
  }
}

/** In the form that `sealCheck` wrote. */
export function openCheck(
  keys: KeyRing,
  { complaintCipher, answerCipher, ...line }: SymptomCheckLine & { complaintCipher: Buffer; answerCipher: Buffer },
): SymptomCheckDetails {
  return {
    ...line,
    complaint: JSON.parse(keys.decrypt(complaintCipher, place('complaint', line.id))) as SymptomComplaint,
    answer: JSON.parse(keys.decrypt(answerCipher, place('answer', line.id))) as SymptomAnswer,
  }
}
