import { z } from 'zod'
import { email, instant, name, password, uuid } from '../kernel/fields.ts'
import { staffRole } from '../identity/schemas.ts'

export const hospitalSchemas = {
  signUp: {
    input: z.strictObject({
      hospital: z.strictObject({ name, timeZone: z.string().max(64) }),
      admin: z.strictObject({ name, email, password }),
    }),
    output: z.object({ hospitalId: uuid, userId: uuid }),
  },
  createWard: { input: z.strictObject({ name }), output: z.object({ id: uuid, name: z.string() }) },
  wards: {
    input: z.void(),
    output: z.array(z.object({ id: uuid, name: z.string(), occupancy: z.number().int(), watchable: z.boolean() })),
  },
  staff: {
    input: z.void(),
    output: z.array(z.object({ membershipId: uuid, name: z.string(), role: staffRole, since: instant })),
  },
  invite: {
    input: z.strictObject({ email, role: staffRole.exclude(['gateway']) }),
    output: z.object({ id: uuid, token: z.string(), expiresAt: instant }),
  },
  endMembership: { input: z.strictObject({ membershipId: uuid }), output: z.object({ ended: z.literal(true) }) },
  createGateway: {
    input: z.strictObject({ name }),
    output: z.object({ membershipId: uuid, token: z.string(), expiresAt: instant }),
  },
  setRetention: {
    input: z.strictObject({
      years: z.number().int().min(0).max(100).describe('After the last treatment, for files erased from now on.'),
    }),
    output: z.object({ years: z.number().int() }),
  },
}
