import type { KeyRing } from '../encryption/key-ring.ts'
import type { sexes } from '../patients/patient.entity.ts'
import type { Clinician } from './clinicians.ts'
import { openNote, openReason, openState, type StoredState, type VisitState } from './visit-content.ts'
import { readVitals, type VisitVitalsReading } from './visit-vitals.ts'

/** A visit as it is read. */
export interface Visit extends Omit<VisitState, 'vitals'> {
  id: string
  hospitalId: string
  hospital: string
  patientId: string
  clinician: Clinician
  caseId: string | null
  /** When it began by the hospital's clock: YYYY-MM-DD and HH:MM. */
  localDate: string
  localTime: string
  timeZone: string
  vitals: VisitVitalsReading | null
  /** For clinicians; null to the patient, whatever is in it. */
  internalNote: string | null
  recordedBy: string
  recordedAt: string
  changedBy: string | null
  changedAt: string | null
  erroneousBy: string | null
  erroneousAt: string | null
  /** Why it was marked as entered in error. */
  reason: string | null
  /** Give it back when changing the visit. */
  version: number
}

export interface VisitRow extends StoredState {
  hospitalId: string
  hospital: string
  patientId: string
  membershipId: string
  caseId: string | null
  localDate: string
  localTime: string
  timeZone: string
  sex: (typeof sexes)[number]
  noteId: string | null
  noteCipher: Buffer | null
  recordedBy: string
  recordedAt: string
  changedBy: string | null
  changedAt: string | null
  erroneousBy: string | null
  erroneousAt: string | null
  reasonCipher: Buffer | null
  version: number
}

/** Row-level security gives internal notes to the hospital's staff alone: in a patient's scope there are none to join. */
export const selectVisits = `select v.id, v.hospital_id "hospitalId", h.name hospital, v.patient_id "patientId",
    v.membership_id "membershipId", v.case_id "caseId", v.kind, v.began_at "beganAt",
    to_char(v.began_at at time zone h.time_zone, 'YYYY-MM-DD') "localDate",
    to_char(v.began_at at time zone h.time_zone, 'HH24:MI') "localTime", h.time_zone "timeZone", p.sex,
    v.content_cipher "contentCipher", v.follow_up_on "followUpOn", v.follow_up_at "followUpAt",
    n.id "noteId", n.text_cipher "noteCipher", v.recorded_by "recordedBy", v.recorded_at "recordedAt",
    v.changed_by "changedBy", v.changed_at "changedAt", v.erroneous_by "erroneousBy", v.erroneous_at "erroneousAt",
    v.reason_cipher "reasonCipher", v.version
  from visit v join hospital h on h.id = v.hospital_id join patient p on p.id = v.patient_id
  left join lateral (select i.id, i.text_cipher from visit_internal_note i
                      where i.visit_id = v.id order by i.version desc limit 1) n on true`

export function openVisit(
  keys: KeyRing,
  row: VisitRow,
  { clinicians, showsNote }: { clinicians: ReadonlyMap<string, string>; showsNote: boolean },
): Visit {
  const { contentCipher, followUpOn, followUpAt, sex, membershipId, noteId, noteCipher, reasonCipher, ...visit } = row
  const { vitals, ...state } = openState(keys, { ...visit, contentCipher, followUpOn, followUpAt })
  return {
    ...visit,
    ...state,
    vitals: vitals === null ? null : readVitals(vitals, sex),
    clinician: { membershipId, name: clinicians.get(membershipId) ?? null },
    internalNote: showsNote && noteId !== null ? openNote(keys, noteId, noteCipher) : null,
    reason: openReason(keys, row.id, reasonCipher),
  }
}
