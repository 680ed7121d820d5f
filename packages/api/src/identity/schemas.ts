import { z } from 'zod'
import { day, email, instant, line, name, password, uuid } from '../kernel/fields.ts'
import { renewedSession, totpCode } from '../mfa/schemas.ts'
import { assertion, requestOptions } from '../mfa/webauthn.ts'

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
  isWithheld: z.boolean().describe('Its hospital requires a second factor, which this login has to set up first.'),
})

const cookie = z
  .boolean()
  .default(false)
  .describe('For browsers: the session comes as an HttpOnly cookie and `token` is null.')

const signedIn = z.object({
  state: z.literal('signed-in'),
  token: z.string().nullable().describe('Bearer token; shown once.'),
  expiresAt: instant,
  user: z.object({ id: uuid, name: z.string() }),
})

const secondFactorNeeded = z.object({
  state: z.literal('second-factor'),
  ticket: z.string().describe('For `completeSignIn`; five minutes and five attempts.'),
  expiresAt: instant,
  methods: z.array(z.enum(['totp', 'passkey', 'recovery-code'])),
})

const totp = z.strictObject({ method: z.literal('totp'), code: totpCode })
const passkey = z.strictObject({ method: z.literal('passkey'), response: assertion })
const recoveryCode = z.strictObject({ method: z.literal('recovery-code'), code: z.string().min(1).max(50) })
const ticket = z.string().min(1).max(100)

/** Where mail is sent; the same whether or not the address has an account. */
export const awaitsConfirmation = z.object({
  state: z.literal('confirm').describe('A letter to the address says how to go on.'),
})

export const identitySchemas = {
  signIn: {
    input: z.strictObject({ email, password, cookie }),
    output: z.discriminatedUnion('state', [signedIn, secondFactorNeeded]),
  },
  completeSignIn: {
    input: z.strictObject({ ticket, proof: z.discriminatedUnion('method', [totp, passkey, recoveryCode]), cookie }),
    output: signedIn,
  },
  passkeySignInOptions: {
    input: z.strictObject({ ticket: ticket.optional().describe('As the second step of a sign-in; alone without.') }),
    output: requestOptions,
  },
  passkeySignIn: { input: z.strictObject({ response: assertion, cookie }), output: signedIn },
  stepUp: {
    input: z.strictObject({
      proof: z.discriminatedUnion('method', [
        z.strictObject({ method: z.literal('password'), password }),
        totp,
        passkey,
      ]),
    }),
    output: z.object({ session: renewedSession, steppedUpUntil: instant }),
  },
  passkeyStepUpOptions: { input: z.void(), output: requestOptions },
  sessions: {
    input: z.void(),
    output: z.array(
      z.object({
        id: uuid,
        userAgent: z.string().nullable(),
        createdAt: instant,
        lastUsedAt: instant.describe('To five minutes.'),
        expiresAt: instant.describe('When it ends unless it is used.'),
        endsAt: instant.describe('When it ends in any case.'),
        isCurrent: z.boolean(),
      }),
    ),
  },
  endSession: { input: z.strictObject({ id: uuid }), output: z.object({ ended: z.number().int() }) },
  endOtherSessions: { input: z.void(), output: z.object({ ended: z.number().int() }) },
  notices: {
    input: z.void(),
    output: z.array(
      z.object({
        id: uuid,
        kind: z.enum([
          'totp-added',
          'totp-removed',
          'passkey-added',
          'passkey-removed',
          'recovery-codes-made',
          'recovery-code-used',
          'factors-reset',
          'sessions-ended',
        ]),
        by: z.enum(['self', 'administrator', 'operator']),
        at: instant,
        isSeen: z.boolean(),
      }),
    ),
  },
  seeNotices: { input: z.void(), output: z.object({ seen: z.number().int() }) },
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
    output: z.discriminatedUnion('state', [
      z.object({ state: z.literal('signed-up'), userId: uuid, patientId: uuid }),
      awaitsConfirmation,
    ]),
  },
  confirmAddress: {
    input: z.strictObject({
      token: z.string().min(1).max(200),
      password: password.describe('The one chosen when signing up; the present one where an address changes.'),
    }),
    output: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('patient'), userId: uuid, patientId: uuid }),
      z.object({ kind: z.literal('hospital'), userId: uuid, hospitalId: uuid }),
      z.object({ kind: z.literal('address') }),
    ]),
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
    output: z.object({
      state: z
        .enum(['changed', 'confirm'])
        .describe('`confirm`: when the link in a letter to the new address is opened.'),
      email: z.string(),
    }),
  },
  changePassword: {
    input: z.strictObject({ current: password, password: password.describe('The new one.') }),
    output: z.object({ endedSessions: z.number().int(), session: renewedSession }),
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
