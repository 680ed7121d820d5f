import {
  acceptInvitation,
  changeEmail,
  changePassword,
  getProfile,
  me,
  requestPasswordReset,
  resetPassword,
  signIn,
  signOut,
  signUpPatient,
  updateProfile,
  validateToken,
} from '@chartwire/db'
import { procedure, router } from '../kernel/trpc.ts'
import { identitySchemas as schemas } from './schemas.ts'

export const identityRouter = router({
  signIn: procedure
    .meta({
      permission: 'public',
      isUnkeyed: 'secret-answer',
      openapi: { method: 'POST', path: '/sessions', tags: ['identity'], summary: 'Sign in', protect: false },
    })
    .input(schemas.signIn.input)
    .output(schemas.signIn.output)
    .mutation(async ({ ctx, input: { cookie, ...credentials } }) => {
      const { token, expiresAt, user } = await signIn(ctx.verbs, { ...credentials, userAgent: ctx.request.userAgent })
      const asCookie = cookie && ctx.request.setSessionCookie !== undefined
      if (asCookie) ctx.request.setSessionCookie?.({ token, expiresAt })
      return { token: asCookie ? null : token, expiresAt, user }
    }),
  signOut: procedure
    .meta({
      permission: 'signed-in',
      isUnkeyed: 'same-outcome',
      openapi: { method: 'DELETE', path: '/sessions/current', tags: ['identity'], summary: 'Sign out' },
    })
    .input(schemas.signOut.input)
    .output(schemas.signOut.output)
    .mutation(async ({ ctx }) => {
      const answer = await signOut(ctx.verbs)
      ctx.request.setSessionCookie?.(null)
      return answer
    }),
  me: procedure
    .meta({
      permission: 'signed-in',
      openapi: {
        method: 'GET',
        path: '/me',
        tags: ['identity'],
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
        tags: ['identity'],
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
        tags: ['identity'],
        summary: 'Sign up as a patient, as a person whom no hospital knows yet',
        protect: false,
      },
    })
    .input(schemas.signUpPatient.input)
    .output(schemas.signUpPatient.output)
    .mutation(({ ctx, input }) => signUpPatient(ctx.verbs, input)),
  validate: procedure
    .meta({
      permission: 'public',
      openapi: {
        method: 'GET',
        path: '/sessions/current',
        tags: ['identity'],
        summary: 'Whether the bearer token sent is valid, and whose it is',
        protect: false,
      },
    })
    .input(schemas.validate.input)
    .output(schemas.validate.output)
    .query(({ ctx }) => validateToken(ctx.verbs)),
  profile: procedure
    .meta({
      permission: 'signed-in',
      openapi: { method: 'GET', path: '/me/profile', tags: ['identity'], summary: 'Your own login' },
    })
    .input(schemas.profile.input)
    .output(schemas.profile.output)
    .query(({ ctx }) => getProfile(ctx.verbs)),
  updateProfile: procedure
    .meta({
      permission: 'signed-in',
      openapi: { method: 'PATCH', path: '/me/profile', tags: ['identity'], summary: 'Change your own name' },
    })
    .input(schemas.updateProfile.input)
    .output(schemas.updateProfile.output)
    .mutation(({ ctx, input }) => updateProfile(ctx.verbs, input)),
  changeEmail: procedure
    .meta({
      permission: 'signed-in',
      openapi: { method: 'PUT', path: '/me/email', tags: ['identity'], summary: 'Change the address you sign in with' },
    })
    .input(schemas.changeEmail.input)
    .output(schemas.changeEmail.output)
    .mutation(({ ctx, input }) => changeEmail(ctx.verbs, input)),
  changePassword: procedure
    .meta({
      permission: 'signed-in',
      isUnkeyed: 'single-use',
      openapi: {
        method: 'PUT',
        path: '/me/password',
        tags: ['identity'],
        summary: 'Change your password; your other sessions end',
      },
    })
    .input(schemas.changePassword.input)
    .output(schemas.changePassword.output)
    .mutation(({ ctx, input }) => changePassword(ctx.verbs, input)),
  requestPasswordReset: procedure
    .meta({
      permission: 'public',
      openapi: {
        method: 'POST',
        path: '/password-resets',
        tags: ['identity'],
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
        tags: ['identity'],
        summary: 'Set a new password by a link',
        protect: false,
      },
    })
    .input(schemas.resetPassword.input)
    .output(schemas.resetPassword.output)
    .mutation(({ ctx, input }) => resetPassword(ctx.verbs, input)),
})
