import { z } from 'zod'
import { email, instant, name, password, uuid } from '../kernel/fields.ts'

const staffRole = z.enum([
  'hospital_admin',
  'doctor',
  'nurse',
  'viewer',
  'front_desk',
  'pharmacist',
  'lab_technician',
  'gateway',
])

const capacity = z.object({
  id: uuid.describe('Send it as `actingAs`.'),
  as: z.enum(['staff', 'patient']),
  label: z.string(),
  role: z.string(),
  hospitalId: uuid.nullable(),
  patientId: uuid.nullable(),
})

export const identitySchemas = {
  signIn: {
    input: z.strictObject({
      email,
      password,
      cookie: z
        .boolean()
        .default(false)
        .describe('For browsers: the session comes as an HttpOnly cookie and `token` is null.'),
    }),
    output: z.object({
      token: z.string().nullable().describe('Bearer token; shown once.'),
      expiresAt: instant,
      user: z.object({ id: uuid, name: z.string() }),
    }),
  },
  signOut: { input: z.void(), output: z.object({ signedOut: z.literal(true) }) },
  me: {
    input: z.void(),
    output: z.object({
      user: z.object({ id: uuid, name: z.string() }),
      actingAs: uuid.nullable(),
      capacities: z.array(capacity),
    }),
  },
  acceptInvitation: {
    input: z.strictObject({ token: z.string().min(1).max(200), name, password }),
    output: z.object({ userId: uuid }),
  },
}

export { staffRole }
