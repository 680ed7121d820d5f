import type { KeyRing } from '../encryption/key-ring.ts'
import type { CaseKind, CaseSeverity } from './care-case.entity.ts'

/** What can be changed of a case without its status. */
export interface CaseFields {
  title: string
  summary: string | null
  kind: CaseKind
  severity: CaseSeverity | null
  /** 1 is the most urgent. */
  priority: number
  ownerId: string
}

const place = (table: string, column: string, id: string) => ({ table, column, id })

export function sealCaseText(keys: KeyRing, id: string, column: 'title' | 'summary' | 'reason', text: string): Buffer {
  return keys.encrypt(text, place('care_case', column, id))
}

export function openCaseText(
  keys: KeyRing,
  id: string,
  column: 'title' | 'summary' | 'reason',
  cipher: Buffer,
): string {
  return keys.decrypt(cipher, place('care_case', column, id))
}

export function sealFormer(keys: KeyRing, eventId: string, former: Partial<CaseFields>): Buffer {
  return keys.encrypt(JSON.stringify(former), place('care_case_event', 'former', eventId))
}

export function openFormer(keys: KeyRing, eventId: string, cipher: Buffer): Partial<CaseFields> {
  return JSON.parse(keys.decrypt(cipher, place('care_case_event', 'former', eventId))) as Partial<CaseFields>
}
