import { z } from 'zod'
import { day, email, instant, line, name, password, uuid } from '../kernel/fields.ts'

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
  as: z.enum(['staff', 'patient', 'platform']),
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
  signUpPatient: {
    input: z.strictObject({
      givenName: line(100),
      familyName: line(100),
      birthDate: day,
      sex: z.enum(['female', 'male', 'other', 'unknown']),
      email,
      password,
    }),
    output: z.object({ userId: uuid, patientId: uuid }),
  },
  validate: {
    input: z.void(),
    output: z.discriminatedUnion('valid', [
      z.object({ valid: z.literal(false) }),
      z.object({
        valid: z.literal(true),
        expiresAt: instant,
        user: z.object({ id: uuid, name: z.string() }),
        capacities: z.array(capacity),
      }),
    ]),
  },
  profile: {
    input: z.void(),
    output: z.object({ id: uuid, name: z.string(), email: z.string().nullable(), since: instant }),
  },
  updateProfile: { input: z.strictObject({ name }), output: z.object({ name: z.string() }) },
  changeEmail: {
    input: z.strictObject({ email, password: password.describe('The present one.') }),
    output: z.object({ email: z.string() }),
  },
  changePassword: {
    input: z.strictObject({ current: password, password: password.describe('The new one.') }),
    output: z.object({ endedSessions: z.number().int() }),
  },
  requestPasswordReset: {
    input: z.strictObject({ email }),
    output: z.object({ accepted: z.literal(true).describe('The same whether or not the address has an account.') }),
  },
  resetPassword: {
    input: z.strictObject({ token: z.string().min(1).max(200), password: password.describe('The new one.') }),
    output: z.object({ reset: z.literal(true) }),
  },
}

export { staffRole }
