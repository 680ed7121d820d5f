import { getUser, listUsers, sendUserReset, setUserDisabled } from '@chartwire/db'
import { procedure, router } from '../kernel/trpc.ts'
import { userSchemas as schemas } from './schemas.ts'

const tags = ['users']

export const usersRouter = router({
  list: procedure
    .meta({
      permission: 'platform.user.read',
      openapi: { method: 'GET', path: '/users', tags, summary: 'All logins of the platform' },
    })
    .input(schemas.list.input)
    .output(schemas.list.output)
    .query(({ ctx, input: { search = null, after = null, limit } }) => listUsers(ctx.verbs, { search, after, limit })),
  get: procedure
    .meta({
      permission: 'platform.user.read',
      openapi: { method: 'GET', path: '/users/{userId}', tags, summary: 'Read a login' },
    })
    .input(schemas.get.input)
    .output(schemas.get.output)
    .query(({ ctx, input }) => getUser(ctx.verbs, input)),
  disable: procedure
    .meta({
      permission: 'platform.user.disable',
      openapi: { method: 'POST', path: '/users/{userId}/disable', tags, summary: 'Shut a login out' },
    })
    .input(schemas.disable.input)
    .output(schemas.disable.output)
    .mutation(({ ctx, input }) => setUserDisabled(ctx.verbs, { ...input, disabled: true })),
  enable: procedure
    .meta({
      permission: 'platform.user.disable',
      openapi: { method: 'POST', path: '/users/{userId}/enable', tags, summary: 'Let a login in again' },
    })
    .input(schemas.enable.input)
    .output(schemas.enable.output)
    .mutation(({ ctx, input }) => setUserDisabled(ctx.verbs, { ...input, disabled: false })),
  sendReset: procedure
    .meta({
      permission: 'platform.user.reset-password',
      openapi: {
        method: 'POST',
        path: '/users/{userId}/password-reset',
        tags,
        summary: 'Send a login a link to set a new password',
      },
    })
    .input(schemas.sendReset.input)
    .output(schemas.sendReset.output)
    .mutation(({ ctx, input }) => sendUserReset(ctx.verbs, input)),
})
