import { z } from 'zod'
import { instant, line, page, pageSize, uuid } from '../kernel/fields.ts'

const capacity = z.union([
  z.object({ as: z.literal('staff'), membershipId: uuid, hospitalId: uuid, role: z.string() }),
  z.object({ as: z.literal('patient'), patientId: uuid, relation: z.string() }),
  z.object({ as: z.literal('platform'), platformAdminId: uuid }),
])

export const auditSchemas = {
  list: {
    input: z.strictObject({
      patientId: uuid.optional(),
      userId: uuid.optional(),
      action: line(100).optional(),
      from: instant.optional(),
      until: instant.optional(),
      after: z
        .string()
        .regex(/^\d{1,15}$/)
        .optional(),
      limit: pageSize(500, 100),
    }),
    output: page(
      z.object({
        seq: z.number().int(),
        at: instant,
        actor: z.string(),
        name: z.string().nullable(),
        capacity: capacity.nullable(),
        purpose: z.string().nullable(),
        action: z.string(),
        resourceType: z.string(),
        resourceId: z.string().nullable(),
        patientIds: z.array(uuid),
        requestId: z.string(),
        changed: z.array(z.string()),
        detail: z.record(z.string(), z.unknown()).nullable(),
      }),
    ),
  },
  whoReadMe: {
    input: z.strictObject({
      from: instant.optional(),
      until: instant.optional(),
      include: z.enum(['others', 'all']).default('others').describe('`all`: with what this login did itself.'),
      after: z.string().max(100).optional(),
      limit: pageSize(500, 100),
    }),
    output: page(
      z.object({
        id: z.string(),
        at: instant,
        action: z.string(),
        by: z
          .enum(['own', 'representative', 'staff', 'link', 'system'])
          .describe('`link`: whoever had the link sent to the patient, and knew the birth date.'),
        name: z.string().nullable(),
        role: z.string().nullable(),
        hospital: z.string().nullable(),
        membershipId: uuid.nullable(),
        purpose: z.string().nullable(),
        isBreakGlass: z.boolean(),
        document: z
          .object({ id: uuid, channel: z.enum(['whatsapp', 'email', 'link']), sentAt: instant })
          .nullable()
          .describe('Of one that was opened by its link.'),
        changed: z.array(z.string()),
      }),
    ),
  },
}
