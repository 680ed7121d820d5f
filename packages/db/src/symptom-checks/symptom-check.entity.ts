import { defineEntity, p } from '@mikro-orm/core'
import { cipher, id, instant } from '../kernel/columns.ts'

export const symptomLevels = ['emergency', 'urgent', 'soon', 'self-care', 'unclear'] as const
export type SymptomLevel = (typeof symptomLevels)[number]

/**
 * What a patient asked about their complaints, and what the rules answered. It stays as it was asked and answered: no row
 * changes, and none of the patient's record does by it.
 */
export const SymptomCheckSchema = defineEntity({
  name: 'SymptomCheck',
  tableName: 'symptom_check',
  properties: {
    id: id(),
    patientId: p.uuid(),
    /** JSON: the words, and what was given besides them. */
    complaintCipher: cipher(),
    /** JSON: flags with their evidence, advice, what did not count and what was not understood. */
    answerCipher: cipher(),
    level: p.enum(symptomLevels),
    engine: p.text(),
    engineVersion: p.text(),
    askedBy: p.text(),
    createdAt: instant(),
  },
  indexes: [{ properties: ['patientId', 'id'] }],
})
export class SymptomCheck extends SymptomCheckSchema.class {}
SymptomCheckSchema.setClass(SymptomCheck)
