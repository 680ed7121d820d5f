/** What is printed of a patient. Instants are ISO 8601 in UTC; days and times of day are those of the place. */
export interface PatientProfile {
  /** Who hands it out; null when patients print their own record, which may be of several hospitals. */
  issuer: string | null
  printedAt: string
  /** Who asked for it. */
  printedBy: string
  /** IANA; the clock of `printedAt` and of a case's beginning. */
  timeZone: string
  patient: ProfilePatient
  allergies: readonly ProfileEntry[]
  conditions: readonly ProfileEntry[]
  medications: readonly ProfileEntry[]
  /** What was told and found before: heading and words, as they are printed. */
  history: readonly ProfileSection[]
  activeCases: readonly ProfileCase[]
  formerCases: readonly ProfileCase[]
  /** Newest first. */
  visits: readonly ProfileVisit[]
  /** Older visits that are on record but not printed. */
  hasOlderVisits: boolean
}

export interface ProfilePatient {
  givenName: string
  familyName: string
  birthDate: string
  sex: 'female' | 'male' | 'other' | 'unknown'
  mrn: string | null
  formerMrns: readonly string[]
  bloodGroup: string | null
  heightCm: number | null
  weightKg: number | null
  phone: string | null
  email: string | null
  address: string | null
  emergencyContact: string | null
}

export interface ProfileEntry {
  name: string
  status: string
  severity: string | null
  since: string | null
  /** Reaction of an allergy, dosage of a medication, a remark. */
  remarks: readonly string[]
}

export interface ProfileSection {
  heading: string
  text: string
}

export interface ProfileCase {
  number: string
  title: string
  kind: string
  status: string
  severity: string | null
  openedAt: string
  /** Outcome of one that has ended. */
  outcome: string | null
}

export interface ProfileVisit {
  /** YYYY-MM-DD and HH:MM by the hospital's clock. */
  date: string
  time: string
  kind: string
  hospital: string
  clinician: string | null
  sections: readonly ProfileSection[]
  vitals: readonly { name: string; value: string }[]
  followUp: { date: string; time: string | null; note: string | null } | null
}
