import { z } from 'zod'
import { staffRole } from '../identity/schemas.ts'
import { instant, line, uuid } from '../kernel/fields.ts'

const recipientRole = staffRole.exclude(['gateway'])
const recipient = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('everybody') }),
  z.strictObject({ kind: z.literal('hospital'), hospitalId: uuid }),
  z.strictObject({ kind: z.literal('role'), hospitalId: uuid, role: recipientRole }),
  z.strictObject({ kind: z.literal('membership'), membershipId: uuid }),
])
const effect = z.enum(['permit', 'deny'])
const purpose = z.enum([
  'treatment',
  'care-coordination',
  'quality',
  'administration',
  'billing',
  'export',
  'research',
  'ai-assistance',
])
const reference = line(500).describe('Where the signed paper is. Needed of staff, who record the written word.')

export const consentSchemas = {
  give: {
    input: z.strictObject({
      patientId: uuid,
      effect,
      purposes: z.array(purpose).min(1).max(8),
      recipient,
      effectiveFrom: instant.optional(),
      effectiveUntil: instant.nullable().optional(),
      reference: reference.optional(),
    }),
    output: z.object({ ids: z.array(uuid) }),
  },
  withdraw: {
    input: z.strictObject({ id: uuid, reference: reference.optional() }),
    output: z.object({ withdrawn: z.literal(true) }),
  },
  list: {
    input: z.strictObject({ patientId: uuid, include: z.enum(['standing', 'all']).default('standing') }),
    output: z.array(
      z.object({
        id: uuid,
        patientId: uuid,
        effect,
        purpose,
        recipient,
        effectiveFrom: instant,
        effectiveUntil: instant.nullable(),
        basis: z.enum(['patient', 'representative', 'written']),
        reference: z.string().nullable(),
        createdAt: instant,
        supersededAt: instant.nullable(),
        supersededBy: uuid.nullable(),
      }),
    ),
  },
}
