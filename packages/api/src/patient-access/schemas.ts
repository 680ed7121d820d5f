import { z } from 'zod'
import { flag, instant, uuid } from '../kernel/fields.ts'

const relation = z
  .enum(['self', 'parent', 'child', 'spouse', 'guardian', 'other'])
  .describe('What the login is to the patient.')

const grant = {
  id: uuid,
  relation,
  grantedBy: z.string().describe('`user:ID`, or `invitation:ID` of the one that was accepted.'),
  since: instant,
}
const named = { patientId: uuid, accessId: uuid }

export const patientAccessSchemas = {
  list: {
    input: z.strictObject({ patientId: uuid }),
    output: z.array(z.object({ ...grant, userId: uuid, name: z.string() })),
  },
  mine: {
    input: z.void(),
    output: z.array(
      z.object({
        ...grant,
        patientId: uuid.describe('Send it as `actingAs`.'),
        givenName: z.string(),
        familyName: z.string(),
        birthDate: z.string(),
      }),
    ),
  },
  changeRelation: { input: z.strictObject({ ...named, relation }), output: z.object({ id: uuid }) },
  revoke: {
    input: z.strictObject({
      ...named,
      evenLastSelf: flag.optional().describe('For staff: go on although the patient has no other login of their own.'),
    }),
    output: z.object({ revoked: z.literal(true), wasLastSelf: z.boolean() }),
  },
  leave: { input: z.strictObject({ accessId: uuid }), output: z.object({ left: z.literal(true) }) },
}
