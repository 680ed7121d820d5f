import { z } from 'zod'
import { day, email, instant, line, longText, name, page, pageSize, uuid } from '../kernel/fields.ts'

const sex = z.enum(['female', 'male', 'other', 'unknown'])
const mrn = line(64)
const phone = z.string().trim().min(5).max(40)

const patient = z.object({
  id: uuid,
  mrn: z.string(),
  givenName: z.string(),
  familyName: z.string(),
  birthDate: z.string(),
  sex,
  wardId: uuid.nullable(),
  wardName: z.string().nullable(),
  bed: z.string().nullable(),
  admittedAt: instant.nullable(),
  version: z.number().int().describe('Give it back when changing the file.'),
})

export const patientSchemas = {
  list: {
    input: z.strictObject({
      search: line(100).optional().describe('Part of a name, or a record number.'),
      wardId: uuid.optional(),
      after: uuid.optional(),
      limit: pageSize(200, 50),
    }),
    output: page(patient),
  },
  get: { input: z.strictObject({ patientId: uuid }), output: patient },
  history: {
    input: z.strictObject({ patientId: uuid }),
    output: z.object({ patientId: uuid, history: z.string().nullable(), version: z.number().int() }),
  },
  register: {
    input: z.strictObject({
      givenName: name,
      familyName: name,
      birthDate: day,
      sex,
      phone: phone.optional(),
      history: longText.optional(),
      mrn: mrn.optional(),
    }),
    output: z.object({ id: uuid, mrn: z.string() }),
  },
  update: {
    input: z.strictObject({
      patientId: uuid,
      version: z.number().int().min(1),
      givenName: name.optional(),
      familyName: name.optional(),
      birthDate: day.optional(),
      sex: sex.optional(),
      phone: phone.nullable().optional(),
      history: longText.nullable().optional(),
    }),
    output: z.object({ version: z.number().int() }),
  },
  remove: { input: z.strictObject({ patientId: uuid }), output: z.object({ removed: z.literal(true) }) },
  inviteLogin: {
    input: z.strictObject({
      patientId: uuid,
      email,
      relation: z.enum(['self', 'parent', 'child', 'spouse', 'guardian', 'other']),
    }),
    output: z.object({ id: uuid, token: z.string(), expiresAt: instant }),
  },
}
