import type { KeyRing } from '../encryption/key-ring.ts'
import { invalid } from '../kernel/errors.ts'
import { type EntryKind, entryStatuses, type EntryStatus, type severities } from './clinical-entry.entity.ts'

/** A concept of a code system, such as 91936005 of SNOMED-CT. */
export interface ClinicalCode {
  system: string
  code: string
}

/** What describes the patient, and is therefore encrypted. */
export interface EntryContent {
  /** The substance, condition or medicine, in words. */
  name: string
  code: ClinicalCode | null
  /** Of an allergy: what happened. */
  reaction: string | null
  /** Of a medication: how it is taken. */
  dosage: string | null
  note: string | null
}

export interface EntryFacts {
  status: EntryStatus
  severity: (typeof severities)[number] | null
  /** YYYY-MM-DD: since when. */
  onset: string | null
}

/** A row as it is stored. */
export interface EntryRow extends EntryFacts {
  id: string
  patientId: string
  kind: EntryKind
  contentCipher: Buffer
  recordedBy: string
  recordedAt: string
  changedBy: string | null
  changedAt: string | null
  erroneousBy: string | null
  erroneousAt: string | null
  reasonCipher: Buffer | null
  version: number
}

export interface Entry extends Omit<EntryRow, 'contentCipher' | 'reasonCipher'>, EntryContent {
  /** Why it was marked as entered in error. */
  reason: string | null
}

export const entryColumns = `id, patient_id "patientId", kind, status, severity, onset, content_cipher "contentCipher",
  recorded_by "recordedBy", recorded_at "recordedAt", changed_by "changedBy", changed_at "changedAt",
  erroneous_by "erroneousBy", erroneous_at "erroneousAt", reason_cipher "reasonCipher", version`

const place = (column: 'content' | 'reason', id: string) => ({ table: 'clinical_entry', column, id })

export function sealContent(keys: KeyRing, id: string, content: EntryContent): Buffer {
  return keys.encrypt(JSON.stringify(content), place('content', id))
}

export function sealReason(keys: KeyRing, id: string, reason: string): Buffer {
  return keys.encrypt(reason, place('reason', id))
}

export function openEntry(keys: KeyRing, { contentCipher, reasonCipher, ...row }: EntryRow): Entry {
  return {
    ...row,
    ...(JSON.parse(keys.decrypt(contentCipher, place('content', row.id))) as EntryContent),
    reason: reasonCipher === null ? null : keys.decrypt(reasonCipher, place('reason', row.id)),
  }
}

/** @throws DomainError `invalid` for what a list of this kind does not say */
export function assertFits(
  kind: EntryKind,
  { status, reaction, dosage }: Pick<EntryFacts, 'status'> & Pick<EntryContent, 'reaction' | 'dosage'>,
): void {
  const statuses: readonly string[] = entryStatuses[kind]
  if (!statuses.includes(status)) throw invalid('status', `for a ${kind} one of ${statuses.join(', ')}`)
  if (reaction !== null && kind !== 'allergy') throw invalid('reaction', 'nothing, except for an allergy')
  if (dosage !== null && kind !== 'medication') throw invalid('dosage', 'nothing, except for a medication')
}
