import { z } from 'zod'
import { staffRole } from '../identity/schemas.ts'
import { instant, line, page, pageSize, uuid } from '../kernel/fields.ts'

const user = z.object({
  id: uuid,
  name: z.string(),
  kind: z.enum(['person', 'service']),
  since: instant,
  disabledAt: instant.nullable(),
  isPlatformAdmin: z.boolean(),
  memberships: z.array(z.object({ membershipId: uuid, hospitalId: uuid, hospital: z.string(), role: staffRole })),
})

const one = z.strictObject({ userId: uuid })

export const userSchemas = {
  list: {
    input: z.strictObject({
      search: line(254).optional().describe('A part of the name, or a whole e-mail address.'),
      after: uuid.optional(),
      limit: pageSize(200, 50),
    }),
    output: page(user),
  },
  get: { input: one, output: user.extend({ email: z.string().nullable() }) },
  disable: { input: one, output: z.object({ disabled: z.boolean() }) },
  enable: { input: one, output: z.object({ disabled: z.boolean() }) },
  sendReset: { input: one, output: z.object({ sent: z.literal(true) }) },
}
