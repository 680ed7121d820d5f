import type { KeyRing } from '../encryption/key-ring.ts'
import { given, type Given } from '../kernel/given.ts'
import type { VisitKind } from './visit.entity.ts'
import { toVitals, type VisitVitals, type VisitVitalsInput } from './visit-vitals.ts'

export interface VisitMedicine {
  name: string
  /** How it is taken. */
  details: string | null
}

/** What a visit says in words. */
export interface VisitTexts {
  chiefComplaint: string
  symptoms: string | null
  examination: string | null
  diagnosis: string | null
  plan: string | null
  medicines: VisitMedicine[]
  /** Tests that were recommended. */
  tests: string[]
  notes: string | null
}

export interface FollowUp {
  /** YYYY-MM-DD */
  on: string
  /** HH:MM by the hospital's clock. */
  at: string | null
  note: string | null
}

/** What is encrypted: all that describes the patient. */
export interface VisitContent extends VisitTexts {
  vitals: VisitVitals | null
  followUpNote: string | null
}

/** Everything of a visit that can be changed, as it stands. */
export interface VisitState extends VisitTexts {
  kind: VisitKind
  /** ISO 8601, UTC. */
  beganAt: string
  vitals: VisitVitals | null
  followUp: FollowUp | null
}

/** What may be given of it; null takes a value out. */
export type VisitFields = Given<
  Omit<VisitTexts, 'medicines'> & {
    kind: VisitKind
    beganAt: string
    medicines: { name: string; details?: string | null | undefined }[]
    vitals: VisitVitalsInput | null
    followUp: { on: string; at?: string | null | undefined; note?: string | null | undefined } | null
    /** Never shown to the patient. */
    internalNote: string | null
  }
>

/** The state of a visit of which nothing else was said. */
export function firstState(first: Pick<VisitState, 'kind' | 'beganAt' | 'chiefComplaint'>): VisitState {
  return {
    symptoms: null,
    examination: null,
    diagnosis: null,
    plan: null,
    medicines: [],
    tests: [],
    notes: null,
    vitals: null,
    followUp: null,
    ...first,
  }
}

/** The state with what is given in place of what was. @throws DomainError `invalid` for a value that no patient has */
export function changedState(state: VisitState, fields: VisitFields): VisitState {
  const { internalNote: _, medicines, vitals, followUp, beganAt, ...texts } = fields
  return {
    ...state,
    ...given(texts),
    ...(beganAt === undefined ? {} : { beganAt: new Date(beganAt).toISOString() }),
    ...(medicines === undefined ? {} : { medicines: medicines.map(({ name, details = null }) => ({ name, details })) }),
    ...(vitals === undefined ? {} : { vitals: vitals === null ? null : toVitals(vitals) }),
    ...(followUp === undefined ? {} : { followUp: followUp && followUpOf(followUp) }),
  }
}

function followUpOf({ on, at = null, note = null }: NonNullable<VisitFields['followUp']>): FollowUp {
  return { on, at, note }
}

/** A visit's columns for its state. */
export function sealState(keys: KeyRing, id: string, state: VisitState) {
  const { kind, beganAt, followUp, ...rest } = state
  const content: VisitContent = { ...rest, followUpNote: followUp?.note ?? null }
  return {
    kind,
    beganAt: new Date(beganAt),
    followUpOn: followUp?.on ?? null,
    followUpAt: followUp?.at ?? null,
    contentCipher: keys.encrypt(JSON.stringify(content), place('visit', 'content', id)),
  }
}

export interface StoredState {
  id: string
  kind: VisitKind
  beganAt: string
  followUpOn: string | null
  followUpAt: string | null
  contentCipher: Buffer
}

export function openState(keys: KeyRing, { id, kind, beganAt, followUpOn, followUpAt, contentCipher }: StoredState) {
  const text = keys.decrypt(contentCipher, place('visit', 'content', id))
  const { followUpNote, ...content } = JSON.parse(text) as VisitContent
  const followUp = followUpOn === null ? null : { on: followUpOn, at: followUpAt, note: followUpNote }
  return { kind, beganAt, ...content, followUp } satisfies VisitState
}

export function sealRevision(keys: KeyRing, id: string, state: VisitState): Buffer {
  return keys.encrypt(JSON.stringify(state), place('visit_revision', 'content', id))
}

export function openRevision(keys: KeyRing, id: string, cipher: Buffer): VisitState {
  return JSON.parse(keys.decrypt(cipher, place('visit_revision', 'content', id))) as VisitState
}

export function sealReason(keys: KeyRing, id: string, reason: string): Buffer {
  return keys.encrypt(reason, place('visit', 'reason', id))
}

export function openReason(keys: KeyRing, id: string, cipher: Buffer | null): string | null {
  return cipher === null ? null : keys.decrypt(cipher, place('visit', 'reason', id))
}

export function sealNote(keys: KeyRing, id: string, note: string | null): Buffer | null {
  return note === null ? null : keys.encrypt(note, place('visit_internal_note', 'text', id))
}

export function openNote(keys: KeyRing, id: string, cipher: Buffer | null): string | null {
  return cipher === null ? null : keys.decrypt(cipher, place('visit_internal_note', 'text', id))
}

function place(table: string, column: string, id: string) {
  return { table, column, id }
}
