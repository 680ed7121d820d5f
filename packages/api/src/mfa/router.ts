import {
  confirmTotp,
  enrolTotp,
  myFactors,
  passkeyRegistrationOptions,
  readMfaPolicy,
  regenerateRecoveryCodes,
  registerPasskey,
  removePasskey,
  removeTotp,
  renamePasskey,
  resetMemberFactors,
  setMfaPolicy,
} from '@chartwire/db'
import { carrierOf, relyingPartyOf } from '../kernel/session-carrier.ts'
import { procedure, router } from '../kernel/trpc.ts'
import { mfaSchemas as schemas } from './schemas.ts'

const tags = ['mfa']

export const mfaRouter = router({
  mine: procedure
    .meta({
      permission: 'signed-in',
      openapi: { method: 'GET', path: '/me/mfa', tags, summary: 'The second factors of this login' },
    })
    .input(schemas.mine.input)
    .output(schemas.mine.output)
    .query(({ ctx }) => myFactors(ctx.verbs)),
  enrolTotp: procedure
    .meta({
      permission: 'signed-in',
      isUnkeyed: 'secret-answer',
      openapi: { method: 'POST', path: '/me/mfa/totp', tags, summary: 'Begin with an authenticator app' },
    })
    .input(schemas.enrolTotp.input)
    .output(schemas.enrolTotp.output)
    .mutation(({ ctx }) => enrolTotp(ctx.verbs)),
  confirmTotp: procedure
    .meta({
      permission: 'signed-in',
      isUnkeyed: 'secret-answer',
      renewsSession: true,
      openapi: { method: 'POST', path: '/me/mfa/totp/confirm', tags, summary: 'Confirm the app with a code of it' },
    })
    .input(schemas.confirmTotp.input)
    .output(schemas.confirmTotp.output)
    .mutation(async ({ ctx, input }) => {
      const carry = carrierOf(ctx.request)
      const { session, recoveryCodes } = await confirmTotp(ctx.verbs, input)
      return { session: carry(session), recoveryCodes }
    }),
  removeTotp: procedure
    .meta({
      permission: 'signed-in',
      openapi: { method: 'DELETE', path: '/me/mfa/totp', tags, summary: 'Remove the authenticator app' },
    })
    .input(schemas.removeTotp.input)
    .output(schemas.removeTotp.output)
    .mutation(({ ctx }) => removeTotp(ctx.verbs)),
  regenerateRecoveryCodes: procedure
    .meta({
      permission: 'signed-in',
      isUnkeyed: 'secret-answer',
      openapi: { method: 'POST', path: '/me/mfa/recovery-codes', tags, summary: 'New recovery codes for the old' },
    })
    .input(schemas.regenerateRecoveryCodes.input)
    .output(schemas.regenerateRecoveryCodes.output)
    .mutation(({ ctx }) => regenerateRecoveryCodes(ctx.verbs)),
  passkeyOptions: procedure
    .meta({
      permission: 'signed-in',
      isUnkeyed: 'secret-answer',
      openapi: { method: 'POST', path: '/me/mfa/passkeys/options', tags, summary: 'What a browser makes a passkey of' },
    })
    .input(schemas.passkeyOptions.input)
    .output(schemas.passkeyOptions.output)
    .mutation(({ ctx }) => passkeyRegistrationOptions(ctx.verbs, { relyingParty: relyingPartyOf(ctx.request) })),
  registerPasskey: procedure
    .meta({
      permission: 'signed-in',
      isUnkeyed: 'secret-answer',
      renewsSession: true,
      openapi: { method: 'POST', path: '/me/mfa/passkeys', tags, summary: 'Add a passkey' },
    })
    .input(schemas.registerPasskey.input)
    .output(schemas.registerPasskey.output)
    .mutation(async ({ ctx, input }) => {
      const carry = carrierOf(ctx.request)
      const { session, ...added } = await registerPasskey(ctx.verbs, {
        ...input,
        relyingParty: relyingPartyOf(ctx.request),
      })
      return { ...added, session: carry(session) }
    }),
  renamePasskey: procedure
    .meta({
      permission: 'signed-in',
      openapi: { method: 'PATCH', path: '/me/mfa/passkeys/{id}', tags, summary: 'Rename a passkey' },
    })
    .input(schemas.renamePasskey.input)
    .output(schemas.renamePasskey.output)
    .mutation(({ ctx, input }) => renamePasskey(ctx.verbs, input)),
  removePasskey: procedure
    .meta({
      permission: 'signed-in',
      openapi: { method: 'DELETE', path: '/me/mfa/passkeys/{id}', tags, summary: 'Remove a passkey' },
    })
    .input(schemas.removePasskey.input)
    .output(schemas.removePasskey.output)
    .mutation(({ ctx, input }) => removePasskey(ctx.verbs, input)),
  policy: procedure
    .meta({
      permission: 'mfa.manage',
      openapi: {
        method: 'GET',
        path: '/mfa-policy',
        tags,
        summary: 'Whether a second factor is required, and who has one',
      },
    })
    .input(schemas.policy.input)
    .output(schemas.policy.output)
    .query(({ ctx }) => readMfaPolicy(ctx.verbs)),
  setPolicy: procedure
    .meta({
      permission: 'mfa.manage',
      openapi: {
        method: 'PUT',
        path: '/mfa-policy',
        tags,
        summary: 'Require a second factor of the staff from a date on',
      },
    })
    .input(schemas.setPolicy.input)
    .output(schemas.setPolicy.output)
    .mutation(({ ctx, input }) => setMfaPolicy(ctx.verbs, input)),
  resetMember: procedure
    .meta({
      permission: 'mfa.manage',
      openapi: {
        method: 'DELETE',
        path: '/staff/{membershipId}/mfa',
        tags,
        summary: 'Take the lost second factors from a colleague',
      },
    })
    .input(schemas.resetMember.input)
    .output(schemas.resetMember.output)
    .mutation(({ ctx, input }) => resetMemberFactors(ctx.verbs, input)),
})
