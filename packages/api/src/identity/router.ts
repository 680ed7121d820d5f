import {
  acceptInvitation,
  changeEmail,
  changePassword,
  completeSignIn,
  endOtherSessions,
  endSession,
  getProfile,
  listNotices,
  listSessions,
  markNoticesSeen,
  me,
  passkeySignInOptions,
  passkeyStepUpOptions,
  requestPasswordReset,
  resetPassword,
  type SignedIn,
  signIn,
  signInWithPasskey,
  signOut,
  signUpPatient,
  stepUp,
  updateProfile,
  validateToken,
} from '@chartwire/db'
import type { RequestFacts } from '../kernel/context.ts'
import { carrierOf, issueSession, relyingPartyOf } from '../kernel/session-carrier.ts'
import { procedure, router } from '../kernel/trpc.ts'
import { identitySchemas as schemas } from './schemas.ts'

const tags = ['identity']

/** The answer to a sign-in, with the session as a cookie where the caller wants it so. */
function admit(request: RequestFacts, { state, user, ...session }: SignedIn, asCookie: boolean) {
  return { state, user, ...issueSession(request, session, { asCookie }) }
}

export const identityRouter = router({
  signIn: procedure
    .meta({
      permission: 'public',
      isUnkeyed: 'secret-answer',
      openapi: { method: 'POST', path: '/sessions', tags, summary: 'Sign in', protect: false },
    })
    .input(schemas.signIn.input)
    .output(schemas.signIn.output)
    .mutation(async ({ ctx, input: { cookie, ...credentials } }) => {
      const answer = await signIn(ctx.verbs, { ...credentials, userAgent: ctx.request.userAgent })
      return answer.state === 'signed-in' ? admit(ctx.request, answer, cookie) : answer
    }),
  completeSignIn: procedure
    .meta({
      permission: 'public',
      isUnkeyed: 'secret-answer',
      openapi: {
        method: 'POST',
        path: '/sessions/second-factor',
        tags,
        summary: 'Complete a sign-in with the second factor',
        protect: false,
      },
    })
    .input(schemas.completeSignIn.input)
    .output(schemas.completeSignIn.output)
    .mutation(async ({ ctx, input: { cookie, ...step } }) => {
      const { userAgent } = ctx.request
      const relyingParty = relyingPartyOf(ctx.request)
      return admit(ctx.request, await completeSignIn(ctx.verbs, { ...step, userAgent, relyingParty }), cookie)
    }),
  passkeySignInOptions: procedure
    .meta({
      permission: 'public',
      isUnkeyed: 'secret-answer',
      openapi: {
        method: 'POST',
        path: '/sessions/passkey/options',
        tags,
        summary: 'What a passkey is asked to sign',
        protect: false,
      },
    })
    .input(schemas.passkeySignInOptions.input)
    .output(schemas.passkeySignInOptions.output)
    .mutation(({ ctx, input: { ticket = null } }) =>
      passkeySignInOptions(ctx.verbs, {
        ticket,
        userAgent: ctx.request.userAgent,
        relyingParty: relyingPartyOf(ctx.request),
      }),
    ),
  passkeySignIn: procedure
    .meta({
      permission: 'public',
      isUnkeyed: 'secret-answer',
      openapi: { method: 'POST', path: '/sessions/passkey', tags, summary: 'Sign in with a passkey', protect: false },
    })
    .input(schemas.passkeySignIn.input)
    .output(schemas.passkeySignIn.output)
    .mutation(async ({ ctx, input: { cookie, response } }) => {
      const { userAgent } = ctx.request
      const relyingParty = relyingPartyOf(ctx.request)
      return admit(ctx.request, await signInWithPasskey(ctx.verbs, { response, userAgent, relyingParty }), cookie)
    }),
  stepUp: procedure
    .meta({
      permission: 'signed-in',
      isUnkeyed: 'secret-answer',
      renewsSession: true,
      openapi: { method: 'POST', path: '/sessions/current/step-up', tags, summary: 'Prove again who is signed in' },
    })
    .input(schemas.stepUp.input)
    .output(schemas.stepUp.output)
    .mutation(async ({ ctx, input: { proof } }) => {
      const carry = carrierOf(ctx.request)
      const { steppedUpUntil, ...session } = await stepUp(ctx.verbs, {
        proof,
        relyingParty: relyingPartyOf(ctx.request),
      })
      return { session: carry(session), steppedUpUntil }
    }),
  passkeyStepUpOptions: procedure
    .meta({
      permission: 'signed-in',
      isUnkeyed: 'secret-answer',
      openapi: {
        method: 'POST',
        path: '/sessions/current/step-up/options',
        tags,
        summary: 'What a passkey is asked to sign to step up',
      },
    })
    .input(schemas.passkeyStepUpOptions.input)
    .output(schemas.passkeyStepUpOptions.output)
    .mutation(({ ctx }) => passkeyStepUpOptions(ctx.verbs, { relyingParty: relyingPartyOf(ctx.request) })),
  sessions: procedure
    .meta({
      permission: 'signed-in',
      openapi: { method: 'GET', path: '/sessions', tags, summary: 'Where this login is signed in' },
    })
    .input(schemas.sessions.input)
    .output(schemas.sessions.output)
    .query(({ ctx }) => listSessions(ctx.verbs)),
  endSession: procedure
    .meta({
      permission: 'signed-in',
      openapi: { method: 'DELETE', path: '/sessions/{id}', tags, summary: 'End one session of this login' },
    })
    .input(schemas.endSession.input)
    .output(schemas.endSession.output)
    .mutation(({ ctx, input }) => endSession(ctx.verbs, input)),
  endOtherSessions: procedure
    .meta({
      permission: 'signed-in',
      isUnkeyed: 'same-outcome',
      openapi: { method: 'DELETE', path: '/sessions', tags, summary: 'End all sessions of this login but this one' },
    })
    .input(schemas.endOtherSessions.input)
    .output(schemas.endOtherSessions.output)
    .mutation(({ ctx }) => endOtherSessions(ctx.verbs)),
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
  signOut: procedure
    .meta({
      permission: 'signed-in',
      isUnkeyed: 'same-outcome',
      openapi: { method: 'DELETE', path: '/sessions/current', tags, summary: 'Sign out' },
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
  validate: procedure
    .meta({
      permission: 'public',
      openapi: {
        method: 'GET',
        path: '/sessions/current',
        tags,
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
