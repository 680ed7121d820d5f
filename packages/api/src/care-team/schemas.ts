import { z } from 'zod'
import { instant, uuid } from '../kernel/fields.ts'
import { staffRole } from '../identity/schemas.ts'

export const careTeamSchemas = {
  list: {
    input: z.strictObject({ patientId: uuid }),
    output: z.array(
      z.object({
        id: uuid,
        membershipId: uuid,
        name: z.string(),
        role: staffRole,
        through: z.enum(['patient', 'ward']),
        since: instant,
        grantedBy: z.string().nullable(),
      }),
    ),
  },
  assign: {
    input: z.strictObject({
      membershipId: uuid,
      charge: z.union([z.strictObject({ patientId: uuid }), z.strictObject({ wardId: uuid })]),
    }),
    output: z.object({ id: uuid }),
  },
  end: { input: z.strictObject({ id: uuid }), output: z.object({ ended: z.literal(true) }) },
}
