import { defineEntity, p } from '@mikro-orm/core'
import { cipher, id, instant } from '../../kernel/columns.ts'

/** That two files of a hospital are one person's: `mergedId` went into `patientId`. Undone, never deleted. */
export const PatientMergeSchema = defineEntity({
  name: 'PatientMerge',
  tableName: 'patient_merge',
  properties: {
    id: id(),
    hospitalId: p.uuid().index(),
    /** The file that goes on. */
    patientId: p.uuid().index(),
    mergedId: p.uuid(),
    reasonCipher: cipher(),
    mergedBy: p.text(),
    mergedAt: instant(),
    undoneBy: p.text().nullable(),
    undoneAt: instant().nullable(),
    undoReasonCipher: cipher().nullable(),
  },
  indexes: [
    {
      name: 'patient_merge_open_uq',
      expression: `create unique index patient_merge_open_uq on patient_merge (merged_id) where undone_at is null`,
    },
  ],
  checks: [
    { name: 'patient_merge_two_ck', expression: 'patient_id <> merged_id' },
    { name: 'patient_merge_undone_ck', expression: '(undone_at is null) = (undone_by is null)' },
  ],
})
export class PatientMerge extends PatientMergeSchema.class {}
PatientMergeSchema.setClass(PatientMerge)

/** `moved`: the row's patient was changed; `closed`: it was ended. Undoing the merge takes back exactly these. */
export const rowChanges = ['moved', 'closed'] as const

export const PatientMergeRowSchema = defineEntity({
  name: 'PatientMergeRow',
  tableName: 'patient_merge_row',
  properties: {
    mergeId: p.uuid().primary(),
    tableName: p.text().primary(),
    rowId: p.uuid().primary(),
    hospitalId: p.uuid(),
    change: p.enum(rowChanges),
  },
})
