import type { KeyRing } from '../encryption/key-ring.ts'
import type { Clinician } from '../visits/clinicians.ts'
import type { CaseKind, CaseOutcome, CaseSeverity } from './care-case.entity.ts'
import { openCaseText } from './case-content.ts'
import type { CaseStatus } from './case-status.ts'

/** A case as it is stored. */
export interface CaseFacts {
  id: string
  hospitalId: string
  patientId: string
  number: string
  ownerId: string
  titleCipher: Buffer
  summaryCipher: Buffer | null
  kind: CaseKind
  status: CaseStatus
  severity: CaseSeverity | null
  priority: number
  outcome: CaseOutcome | null
  satisfaction: number | null
  openedAt: string
  openedBy: string
  endedAt: string | null
  changedBy: string | null
  changedAt: string | null
  erroneousBy: string | null
  erroneousAt: string | null
  reasonCipher: Buffer | null
  version: number
}

export interface CaseRow extends CaseFacts {
  hospital: string
  visitCount: number
}

/** A case as it is read. */
export interface CareCase extends Omit<CaseRow, 'ownerId' | 'titleCipher' | 'summaryCipher' | 'reasonCipher'> {
  title: string
  summary: string | null
  /** The clinician who is in charge of it. */
  owner: Clinician
  /** Why it was marked as entered in error. */
  reason: string | null
}

export const caseColumns = `c.id, c.hospital_id "hospitalId", c.patient_id "patientId", c.number, c.owner_id "ownerId",
  c.title_cipher "titleCipher", c.summary_cipher "summaryCipher", c.kind, c.status, c.severity, c.priority, c.outcome,
  c.satisfaction, c.opened_at "openedAt", c.opened_by "openedBy", c.ended_at "endedAt", c.changed_by "changedBy",
  c.changed_at "changedAt", c.erroneous_by "erroneousBy", c.erroneous_at "erroneousAt", c.reason_cipher "reasonCipher",
  c.version`

export const caseReadColumns = `${caseColumns}, h.name hospital,
  (select count(*)::int from visit v where v.case_id = c.id and v.erroneous_at is null) "visitCount"`

export const selectCases = `select ${caseReadColumns} from care_case c join hospital h on h.id = c.hospital_id`

export function openCareCase(keys: KeyRing, row: CaseRow, clinicians: ReadonlyMap<string, string>): CareCase {
  const { ownerId, titleCipher, summaryCipher, reasonCipher, ...rest } = row
  return {
    ...rest,
    title: openCaseText(keys, row.id, 'title', titleCipher),
    summary: summaryCipher === null ? null : openCaseText(keys, row.id, 'summary', summaryCipher),
    owner: { membershipId: ownerId, name: clinicians.get(ownerId) ?? null },
    reason: reasonCipher === null ? null : openCaseText(keys, row.id, 'reason', reasonCipher),
  }
}
