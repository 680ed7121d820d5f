import type { Capacity } from '../policy/actor.ts'
import type { Purpose } from '../policy/purposes.ts'

/** One line of the audit log, before it has a place in the chain. Holds ids and field names, never values. */
export interface AuditEntry {
  /** The hospital whose chain it joins; null for what concerns no hospital (a sign-up, the operations CLI). */
  hospitalId: string | null
  action: string
  resource: { type: string; id: string | null }
  /** Whose records were read or changed. */
  patientIds: readonly string[]
  /** Names of the fields a write changed. */
  changed?: readonly string[]
  /** Small facts without patient data: counts, reasons of a closed set, former and new state. */
  detail?: Readonly<Record<string, string | number | boolean | null>>
}

/** Who, in which capacity, in which request and when: the same for all entries of a request. */
export interface AuditOrigin {
  actor: string
  capacity: Capacity | null
  /** What the request was for; null for the system and for what is done in no capacity. */
  purpose: Purpose | null
  requestId: string
  at: string
}

/** The chain of what concerns no hospital. */
export const platformChain = '00000000-0000-0000-0000-000000000000'
