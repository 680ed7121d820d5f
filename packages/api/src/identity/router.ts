import {
  acceptInvitation,
  changeEmail,
  changePassword,
  confirmAddress,
  getProfile,
  listNotices,
  markNoticesSeen,
  me,
  requestPasswordReset,
  resetPassword,
  signUpPatient,
  updateProfile,
} from '@chartwire/db'
import { carrierOf } from '../kernel/session-carrier.ts'
import { procedure, router } from '../kernel/trpc.ts'
import { identitySchemas as schemas } from './schemas.ts'
import { sessionProcedures } from './session-procedures.ts'

const tags = ['identity']

export const identityRouter = router({
  ...sessionProcedures,
  notices: procedure
    .meta({
      permission: 'signed-in',
      openapi: { method: 'GET', path: '/me/notices', tags, summary: 'What happened to the security of this login' },
    })
    .input(schemas.notices.input)
    .output(schemas.notices.output)
    .query(({ ctx }) => listNotices(ctx.verbs)),
  seeNotices: procedure
    .meta({
      permission: 'signed-in',
      isUnkeyed: 'same-outcome',
      openapi: { method: 'POST', path: '/me/notices/seen', tags, summary: 'Mark them as seen' },
    })
    .input(schemas.seeNotices.input)
    .output(schemas.seeNotices.output)
    .mutation(({ ctx }) => markNoticesSeen(ctx.verbs)),
  me: procedure
    .meta({
      permission: 'signed-in',
      openapi: {
        method: 'GET',
        path: '/me',
        tags,
        summary: 'Who is signed in, and as what they may act',
      },
    })
    .input(schemas.me.input)
    .output(schemas.me.output)
    .query(({ ctx }) => me(ctx.verbs)),
  acceptInvitation: procedure
    .meta({
      permission: 'public',
      openapi: {
        method: 'POST',
        path: '/invitations/accept',
        tags,
        summary: 'Join by invitation',
        protect: false,
      },
    })
    .input(schemas.acceptInvitation.input)
    .output(schemas.acceptInvitation.output)
    .mutation(({ ctx, input }) => acceptInvitation(ctx.verbs, input)),
  signUpPatient: procedure
    .meta({
      permission: 'public',
      openapi: {
        method: 'POST',
        path: '/sign-up',
        tags,
        summary: 'Sign up as a patient, as a person whom no hospital knows yet',
        protect: false,
      },
    })
    .input(schemas.signUpPatient.input)
    .output(schemas.signUpPatient.output)
    .mutation(({ ctx, input }) => signUpPatient(ctx.verbs, input)),
  confirmAddress: procedure
    .meta({
      permission: 'public',
      isUnkeyed: 'single-use',
      openapi: {
        method: 'POST',
        path: '/address-confirmations/redeem',
        tags,
        summary: 'Confirm an address by the link in a letter: a sign-up, or a change of address',
        protect: false,
      },
    })
    .input(schemas.confirmAddress.input)
    .output(schemas.confirmAddress.output)
    .mutation(({ ctx, input }) => confirmAddress(ctx.verbs, input)),
  profile: procedure
    .meta({
      permission: 'signed-in',
      openapi: { method: 'GET', path: '/me/profile', tags, summary: 'Your own login' },
    })
    .input(schemas.profile.input)
    .output(schemas.profile.output)
    .query(({ ctx }) => getProfile(ctx.verbs)),
  updateProfile: procedure
    .meta({
      permission: 'signed-in',
      openapi: { method: 'PATCH', path: '/me/profile', tags, summary: 'Change your own name' },
    })
    .input(schemas.updateProfile.input)
    .output(schemas.updateProfile.output)
    .mutation(({ ctx, input }) => updateProfile(ctx.verbs, input)),
  changeEmail: procedure
    .meta({
      permission: 'signed-in',
      openapi: { method: 'PUT', path: '/me/email', tags, summary: 'Change the address you sign in with' },
    })
    .input(schemas.changeEmail.input)
    .output(schemas.changeEmail.output)
    .mutation(({ ctx, input }) => changeEmail(ctx.verbs, input)),
  changePassword: procedure
    .meta({
      permission: 'signed-in',
      isUnkeyed: 'secret-answer',
      renewsSession: true,
      openapi: {
        method: 'PUT',
        path: '/me/password',
        tags,
        summary: 'Change your password; your other sessions end',
      },
    })
    .input(schemas.changePassword.input)
    .output(schemas.changePassword.output)
    .mutation(async ({ ctx, input }) => {
      const carry = carrierOf(ctx.request)
      const { session, endedSessions } = await changePassword(ctx.verbs, input)
      return { endedSessions, session: carry(session) }
    }),
  requestPasswordReset: procedure
    .meta({
      permission: 'public',
      openapi: {
        method: 'POST',
        path: '/password-resets',
        tags,
        summary: 'Ask for a link that sets a new password',
        protect: false,
      },
    })
    .input(schemas.requestPasswordReset.input)
    .output(schemas.requestPasswordReset.output)
    .mutation(({ ctx, input }) => requestPasswordReset(ctx.verbs, input)),
  resetPassword: procedure
    .meta({
      permission: 'public',
      isUnkeyed: 'single-use',
      openapi: {
        method: 'POST',
        path: '/password-resets/redeem',
        tags,
        summary: 'Set a new password by a link',
        protect: false,
      },
    })
    .input(schemas.resetPassword.input)
    .output(schemas.resetPassword.output)
    .mutation(({ ctx, input }) => resetPassword(ctx.verbs, input)),
})
