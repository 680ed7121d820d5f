import { z } from 'zod'
import { instant, name, uuid } from '../kernel/fields.ts'
import { creationOptions, registration } from './webauthn.ts'

export const totpCode = z
  .string()
  .trim()
  .regex(/^\d{6}$/, { error: 'six digits' })
export const stepUpMethod = z.enum(['password', 'totp', 'passkey'])

/** A session that was renewed: the token of before opens nothing any more. */
export const renewedSession = z.object({
  token: z.string().nullable().describe('The new bearer token, shown once; null when the session is a cookie.'),
  expiresAt: instant,
})

const recoveryCodes = z.array(z.string()).describe('Ten codes, each good once in place of a factor. Shown once.')

const factorAdded = { session: renewedSession, recoveryCodes: recoveryCodes.nullable() }
const removed = z.object({ removed: z.literal(true) })

export const mfaSchemas = {
  mine: {
    input: z.void(),
    output: z.object({
      hasTotp: z.boolean(),
      passkeys: z.array(z.object({ id: uuid, name: z.string(), createdAt: instant, lastUsedAt: instant.nullable() })),
      recoveryCodes: z.number().int().describe('How many are unused.'),
      stepUpMethods: z.array(stepUpMethod),
    }),
  },
  enrolTotp: {
    input: z.void(),
    output: z.object({
      secret: z.string().describe('Base32, for typing. Shown once.'),
      uri: z.string().describe('`otpauth://`, for a QR code.'),
    }),
  },
  confirmTotp: { input: z.strictObject({ code: totpCode }), output: z.object(factorAdded) },
  removeTotp: { input: z.void(), output: removed },
  regenerateRecoveryCodes: { input: z.void(), output: z.object({ recoveryCodes }) },
  passkeyOptions: { input: z.void(), output: creationOptions },
  registerPasskey: {
    input: z.strictObject({ name, response: registration }),
    output: z.object({ id: uuid, ...factorAdded }),
  },
  renamePasskey: {
    input: z.strictObject({ id: uuid, name }),
    output: z.object({ renamed: z.literal(true) }),
  },
  removePasskey: { input: z.strictObject({ id: uuid }), output: removed },
  policy: {
    input: z.void(),
    output: z.object({
      requiredFrom: instant.nullable(),
      members: z.array(z.object({ membershipId: uuid, name: z.string(), hasFactor: z.boolean() })),
    }),
  },
  setPolicy: {
    input: z.strictObject({
      requiredFrom: instant.nullable().describe('At least three days ahead; null requires no factor any longer.'),
    }),
    output: z.object({ requiredFrom: instant.nullable() }),
  },
  resetMember: { input: z.strictObject({ membershipId: uuid }), output: z.object({ reset: z.literal(true) }) },
}
