import { defineEntity, p } from '@mikro-orm/core'
import { cipher, id, instant } from '../kernel/columns.ts'
import { caseStatuses, endedStatuses } from './case-status.ts'

export const caseKinds = ['acute', 'chronic', 'preventive', 'procedure', 'other'] as const
export const caseSeverities = ['mild', 'moderate', 'severe', 'critical'] as const
export const caseOutcomes = [
  'fully_resolved',
  'significantly_improved',
  'partially_improved',
  'unchanged',
  'worsened',
  'referred',
  'patient_discontinued',
] as const
export const caseEventKinds = [
  'opened',
  'changed',
  'status_changed',
  'resolved',
  'reopened',
  'visit_assigned',
  'visit_removed',
  'withdrawn',
] as const

export type CaseKind = (typeof caseKinds)[number]
export type CaseSeverity = (typeof caseSeverities)[number]
export type CaseOutcome = (typeof caseOutcomes)[number]
export type CaseEventKind = (typeof caseEventKinds)[number]

const ended = endedStatuses.map((status) => `'${status}'`).join(', ')

/** An episode of care: one complaint of a patient over several visits. `case` is a word of SQL's own. */
export const CareCaseSchema = defineEntity({
  name: 'CareCase',
  tableName: 'care_case',
  properties: {
    id: id(),
    hospitalId: p.uuid(),
    patientId: p.uuid().index(),
    /** CASE-YYYY-NNNN, counted by hospital and year. */
    number: p.text(),
    /** The clinician who is in charge of it. */
    ownerId: p.uuid().index(),
    titleCipher: cipher(),
    summaryCipher: cipher().nullable(),
    kind: p.enum(caseKinds),
    status: p.enum(caseStatuses),
    severity: p.enum(caseSeverities).nullable(),
    /** 1 is the most urgent. */
    priority: p.integer(),
    outcome: p.enum(caseOutcomes).nullable(),
    /** The patient's, 1 to 5. */
    satisfaction: p.integer().nullable(),
    openedAt: instant(),
    openedBy: p.text(),
    endedAt: instant().nullable(),
    changedBy: p.text().nullable(),
    changedAt: instant().nullable(),
    erroneousBy: p.text().nullable(),
    erroneousAt: instant().nullable(),
    reasonCipher: cipher().nullable(),
    version: p.integer().default(1),
  },
  uniques: [
    { name: 'care_case_number_uq', properties: ['hospitalId', 'number'] },
    // A visit points at a case with its patient and hospital: it is put into no other patient's.
    { name: 'care_case_patient_uq', properties: ['id', 'patientId', 'hospitalId'] },
  ],
  checks: [
    { name: 'care_case_priority_ck', expression: 'priority between 1 and 5' },
    { name: 'care_case_satisfaction_ck', expression: 'satisfaction between 1 and 5' },
    { name: 'care_case_ended_ck', expression: `(status in (${ended})) = (ended_at is not null)` },
    { name: 'care_case_resolved_ck', expression: `status <> 'resolved' or outcome is not null` },
    { name: 'care_case_outcome_ck', expression: `outcome is null or status in (${ended})` },
    { name: 'care_case_satisfied_ck', expression: 'satisfaction is null or outcome is not null' },
    {
      name: 'care_case_error_ck',
      expression:
        '(erroneous_at is null) = (erroneous_by is null) and (erroneous_at is null) = (reason_cipher is null)',
    },
  ],
})
export class CareCase extends CareCaseSchema.class {}
CareCaseSchema.setClass(CareCase)

/** The last number a hospital gave in a year. */
export const CareCaseCounterSchema = defineEntity({
  name: 'CareCaseCounter',
  tableName: 'care_case_counter',
  properties: { hospitalId: p.uuid().primary(), year: p.integer().primary(), last: p.integer() },
})

/** What happened to a case, in the order it happened. Rows are added and never changed: a trigger sees to it. */
export const CareCaseEventSchema = defineEntity({
  name: 'CareCaseEvent',
  tableName: 'care_case_event',
  properties: {
    id: id(),
    hospitalId: p.uuid(),
    patientId: p.uuid().index(),
    caseId: p.uuid(),
    at: instant(),
    by: p.text(),
    kind: p.enum(caseEventKinds),
    fromStatus: p.enum(caseStatuses).nullable(),
    toStatus: p.enum(caseStatuses).nullable(),
    outcome: p.enum(caseOutcomes).nullable(),
    satisfaction: p.integer().nullable(),
    visitId: p.uuid().nullable(),
    /** JSON: what the case said before. */
    formerCipher: cipher().nullable(),
  },
  indexes: [{ name: 'care_case_event_case_idx', properties: ['caseId', 'at', 'id'] }],
})
export class CareCaseEvent extends CareCaseEventSchema.class {}
CareCaseEventSchema.setClass(CareCaseEvent)
