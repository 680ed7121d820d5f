import {
  completeSignIn,
  endOtherSessions,
  endSession,
  listSessions,
  passkeySignInOptions,
  passkeyStepUpOptions,
  type SignedIn,
  signIn,
  signInWithPasskey,
  signOut,
  stepUp,
  validateToken,
} from '@chartwire/db'
import type { RequestFacts } from '../kernel/context.ts'
import { carrierOf, issueSession, relyingPartyOf } from '../kernel/session-carrier.ts'
import { procedure } from '../kernel/trpc.ts'
import { identitySchemas as schemas } from './schemas.ts'

const tags = ['identity']

/** The answer to a sign-in, with the session as a cookie where the caller wants it so. */
function admit(request: RequestFacts, { state, user, ...session }: SignedIn, asCookie: boolean) {
  return { state, user, ...issueSession(request, session, { asCookie }) }
}

/** Of `identityRouter`: signing in and out, proving it again, and where one is signed in. */
export const sessionProcedures = {
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
}
