import type { KeyRing } from '../encryption/key-ring.ts'
import type { StaffRole } from '../policy/actor.ts'
import type { breakGlassEnds, breakGlassReasons, reviewOutcomes } from './break-glass.entity.ts'

/** A break-glass as its reviewers read it. */
export interface BreakGlassRow {
  id: string
  patientId: string
  mrn: string
  membershipId: string
  name: string
  role: StaffRole
  reason: (typeof breakGlassReasons)[number]
  explanation: string
  againstDirective: boolean
  openedAt: string
  expiresAt: string
  endedAt: string | null
  end: (typeof breakGlassEnds)[number] | null
  /** How many accesses were made by it. */
  accesses: number
  seenAt: string | null
  outcome: (typeof reviewOutcomes)[number] | null
  reviewNote: string | null
  reviewedAt: string | null
}

export type StoredBreakGlass = Omit<BreakGlassRow, 'explanation' | 'reviewNote'> & {
  explanationCipher: Buffer
  reviewNoteCipher: Buffer | null
}

/** Columns of `break_glass_grant g`; what ran out is ended, whether or not anybody wrote so. `$1` is the present. */
export const breakGlassColumns = `g.id, g.patient_id "patientId", r.mrn, g.membership_id "membershipId", u.name, m.role,
  g.reason, g.explanation_cipher "explanationCipher", g.against_directive "againstDirective", g.opened_at "openedAt",
  g.expires_at "expiresAt", coalesce(g.ended_at, case when g.expires_at <= $1 then g.expires_at end) "endedAt",
  coalesce(g."end", case when g.expires_at <= $1 then 'expired' end) "end",
  (select count(*)::int from audit_entry e where e.chain = g.hospital_id and e.patient_ids @> array[g.patient_id]
      and e.detail->>'breakGlass' = g.id::text and e.action not like 'break-glass.%') accesses,
  n.seen_at "seenAt", g.outcome, g.review_note_cipher "reviewNoteCipher", g.reviewed_at "reviewedAt"`

export const breakGlassJoins = `join membership m on m.id = g.membership_id join app_user u on u.id = m.user_id
  join registration r on r.patient_id = g.patient_id and r.hospital_id = g.hospital_id
  join privacy_notice n on n.break_glass_id = g.id`

export function toBreakGlassRow(
  keys: KeyRing,
  { explanationCipher, reviewNoteCipher, ...row }: StoredBreakGlass,
): BreakGlassRow {
  const place = { table: 'break_glass_grant', id: row.id }
  return {
    ...row,
    explanation: keys.decrypt(explanationCipher, { ...place, column: 'explanation' }),
    reviewNote: reviewNoteCipher === null ? null : keys.decrypt(reviewNoteCipher, { ...place, column: 'review_note' }),
  }
}
