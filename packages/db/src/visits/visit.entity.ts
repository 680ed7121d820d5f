import { defineEntity, p } from '@mikro-orm/core'
import { cipher, id, instant } from '../kernel/columns.ts'

export const visitKinds = [
  'consultation',
  'follow_up',
  'emergency',
  'procedure',
  'telemedicine',
  'home',
  'other',
] as const
export type VisitKind = (typeof visitKinds)[number]

/** A meeting of a patient with a clinician, as it was written down. What was a mistake is marked so and stays. */
export const VisitSchema = defineEntity({
  name: 'Visit',
  tableName: 'visit',
  properties: {
    id: id(),
    hospitalId: p.uuid(),
    patientId: p.uuid(),
    /** The clinician. */
    membershipId: p.uuid(),
    kind: p.enum(visitKinds),
    beganAt: instant(),
    caseId: p.uuid().nullable().index(),
    /** JSON: what was said, found and done, vital signs among it. */
    contentCipher: cipher(),
    followUpOn: p.date().nullable(),
    /** Wall clock of the hospital, HH:MM. */
    followUpAt: p.text().nullable(),
    recordedBy: p.text(),
    recordedAt: instant(),
    changedBy: p.text().nullable(),
    changedAt: instant().nullable(),
    erroneousBy: p.text().nullable(),
    erroneousAt: instant().nullable(),
    reasonCipher: cipher().nullable(),
    version: p.integer().default(1),
  },
  indexes: [{ name: 'visit_patient_idx', properties: ['patientId', 'beganAt', 'id'] }],
  // What belongs to a visit points at its patient as well.
  uniques: [{ name: 'visit_patient_uq', properties: ['id', 'patientId'] }],
  checks: [
    { name: 'visit_follow_up_ck', expression: 'follow_up_at is null or follow_up_on is not null' },
    { name: 'visit_follow_up_at_ck', expression: `follow_up_at ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'` },
    { name: 'visit_changed_ck', expression: '(changed_at is null) = (changed_by is null)' },
    {
      name: 'visit_error_ck',
      expression:
        '(erroneous_at is null) = (erroneous_by is null) and (erroneous_at is null) = (reason_cipher is null)',
    },
  ],
})
export class Visit extends VisitSchema.class {}
VisitSchema.setClass(Visit)

/** What a visit said before it was changed. Rows are added and never changed: a trigger sees to it. */
export const VisitRevisionSchema = defineEntity({
  name: 'VisitRevision',
  tableName: 'visit_revision',
  properties: {
    id: id(),
    hospitalId: p.uuid(),
    patientId: p.uuid().index(),
    visitId: p.uuid(),
    /** The version that this was. */
    version: p.integer(),
    /** JSON: everything that could be changed. */
    contentCipher: cipher(),
    writtenBy: p.text(),
    writtenAt: instant(),
  },
  uniques: [{ name: 'visit_revision_uq', properties: ['visitId', 'version'] }],
})
export class VisitRevision extends VisitRevisionSchema.class {}
VisitRevisionSchema.setClass(VisitRevision)

/**
 * What clinicians note for one another, apart from the visit because a patient's scope reaches the visit: row-level
 * security gives these rows to the hospital alone. The newest counts; rows are added and never changed.
 */
export const VisitInternalNoteSchema = defineEntity({
  name: 'VisitInternalNote',
  tableName: 'visit_internal_note',
  properties: {
    id: id(),
    hospitalId: p.uuid(),
    patientId: p.uuid().index(),
    visitId: p.uuid(),
    /** The visit's version that came with it. */
    version: p.integer(),
    /** Null where it was taken out. */
    textCipher: cipher().nullable(),
    writtenBy: p.text(),
    writtenAt: instant(),
  },
  uniques: [{ name: 'visit_internal_note_uq', properties: ['visitId', 'version'] }],
})
export class VisitInternalNote extends VisitInternalNoteSchema.class {}
VisitInternalNoteSchema.setClass(VisitInternalNote)
