import { defineEntity, p } from '@mikro-orm/core'
import { cipher, id, instant } from '../kernel/columns.ts'

export const entryKinds = ['allergy', 'condition', 'medication'] as const
export type EntryKind = (typeof entryKinds)[number]

/** What an entry of each list may be, after FHIR's AllergyIntolerance, Condition and MedicationStatement. */
export const entryStatuses = {
  allergy: ['active', 'inactive', 'resolved'],
  condition: ['active', 'remission', 'resolved'],
  medication: ['active', 'on_hold', 'stopped', 'completed'],
} as const
export type EntryStatus = (typeof entryStatuses)[EntryKind][number]
export const severities = ['mild', 'moderate', 'severe'] as const

const statusOfKind = Object.entries(entryStatuses)
  .map(([kind, statuses]) => `kind = '${kind}' and status in (${statuses.map((one) => `'${one}'`).join(', ')})`)
  .join(' or ')

/** A line of a patient's list of allergies, conditions or medications. What was a mistake is marked so and stays. */
export const ClinicalEntrySchema = defineEntity({
  name: 'ClinicalEntry',
  tableName: 'clinical_entry',
  properties: {
    id: id(),
    hospitalId: p.uuid(),
    patientId: p.uuid(),
    kind: p.enum(entryKinds),
    status: p.text(),
    severity: p.enum(severities).nullable(),
    onset: p.date().nullable(),
    /** JSON: name, code, reaction, dosage, note. */
    contentCipher: cipher(),
    recordedBy: p.text(),
    recordedAt: instant(),
    changedBy: p.text().nullable(),
    changedAt: instant().nullable(),
    erroneousBy: p.text().nullable(),
    erroneousAt: instant().nullable(),
    reasonCipher: cipher().nullable(),
    version: p.integer().default(1),
  },
  indexes: [{ properties: ['patientId', 'id'] }],
  checks: [
    { name: 'clinical_entry_status_ck', expression: statusOfKind },
    {
      name: 'clinical_entry_error_ck',
      expression:
        '(erroneous_at is null) = (erroneous_by is null) and (erroneous_at is null) = (reason_cipher is null)',
    },
  ],
})
export class ClinicalEntry extends ClinicalEntrySchema.class {}
ClinicalEntrySchema.setClass(ClinicalEntry)
