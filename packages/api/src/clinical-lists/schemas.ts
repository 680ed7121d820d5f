import { z } from 'zod'
import { day, flag, instant, line, name, note, page, pageSize, uuid } from '../kernel/fields.ts'

const kind = z.enum(['allergy', 'condition', 'medication'])
const severity = z.enum(['mild', 'moderate', 'severe'])
/** Which of them a list takes is its own: the verb says so. */
const status = z
  .enum(['active', 'inactive', 'remission', 'resolved', 'on_hold', 'stopped', 'completed'])
  .describe(
    'Allergy: active, inactive, resolved. Condition: active, remission, resolved. Medication: active, on_hold, stopped, completed.',
  )
const code = z.strictObject({
  system: z.enum(['SNOMED-CT', 'ICD-10', 'ICD-10-CM', 'ICD-11', 'RxNorm', 'ATC', 'UNII', 'local']),
  code: line(64),
})

const described = {
  code: code.nullable().optional(),
  reaction: line(500).nullable().optional().describe('Of an allergy.'),
  dosage: line(500).nullable().optional().describe('Of a medication: dose, route, how often.'),
  note: note.nullable().optional(),
  severity: severity.nullable().optional(),
  onset: day.nullable().optional().describe('Since when.'),
}

export const entry = z.object({
  id: uuid,
  patientId: uuid,
  kind,
  status,
  severity: severity.nullable(),
  onset: z.string().nullable(),
  name: z.string(),
  code: z.object({ system: z.string(), code: z.string() }).nullable(),
  reaction: z.string().nullable(),
  dosage: z.string().nullable(),
  note: z.string().nullable(),
  recordedBy: z.string(),
  recordedAt: instant,
  changedBy: z.string().nullable(),
  changedAt: instant.nullable(),
  erroneousBy: z.string().nullable(),
  erroneousAt: instant.nullable(),
  reason: z.string().nullable().describe('Why it was marked as entered in error.'),
  version: z.number().int().describe('Give it back when changing the line.'),
})

const version = z.number().int().min(1)
const named = { patientId: uuid, entryId: uuid, version }

export const clinicalListSchemas = {
  list: {
    input: z.strictObject({
      patientId: uuid,
      kind: kind.optional(),
      includeErroneous: flag.default(false),
      after: uuid.optional(),
      limit: pageSize(500, 200),
    }),
    output: page(entry),
  },
  add: {
    input: z.strictObject({ patientId: uuid, kind, name, status: status.optional(), ...described }),
    output: z.object({ id: uuid, version: z.number().int() }),
  },
  update: {
    input: z.strictObject({ ...named, name: name.optional(), status: status.optional(), ...described }),
    output: z.object({ version: z.number().int() }),
  },
  markErroneous: {
    input: z.strictObject({ ...named, reason: line(1_000) }),
    output: z.object({ version: z.number().int() }),
  },
}
