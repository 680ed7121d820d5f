import { listAuditEntries, whoReadMe } from '@chartwire/db'
import { procedure, router } from '../kernel/trpc.ts'
import { auditSchemas as schemas } from './schemas.ts'

const tags = ['audit']

export const auditRouter = router({
  list: procedure
    .meta({
      permission: ['audit.read', 'privacy.review'],
      openapi: {
        method: 'GET',
        path: '/audit',
        tags,
        summary: 'The hospital’s log, newest first; reading it is logged',
      },
    })
    .input(schemas.list.input)
    .output(schemas.list.output)
    .query(
      ({
        ctx,
        input: { patientId = null, userId = null, action = null, from = null, until = null, after = null, limit },
      }) => listAuditEntries(ctx.verbs, { patientId, userId, action, from, until, after, limit }),
    ),
  whoReadMe: procedure
    .meta({
      permission: 'audit.read-own',
      openapi: {
        method: 'GET',
        path: '/who-read-me',
        tags,
        summary: 'Who read or changed the record of the patient you act for, at every hospital',
      },
    })
    .input(schemas.whoReadMe.input)
    .output(schemas.whoReadMe.output)
    .query(({ ctx, input: { from = null, until = null, include, after = null, limit } }) =>
      whoReadMe(ctx.verbs, { from, until, include, after, limit }),
    ),
})
