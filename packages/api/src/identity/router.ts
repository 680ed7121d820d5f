import { acceptInvitation, me, signIn, signOut } from '@chartwire/db'
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
})
