import { giveDirective, listDirectives, withdrawDirective } from '@chartwire/db'
import { procedure, router } from '../kernel/trpc.ts'
import { consentSchemas as schemas } from './schemas.ts'

const tags = ['consent']

export const consentRouter = router({
  list: procedure
    .meta({
      permission: 'consent.read',
      openapi: {
        method: 'GET',
        path: '/patients/{patientId}/directives',
        tags,
        summary: 'What a patient permits and denies',
      },
    })
    .input(schemas.list.input)
    .output(schemas.list.output)
    .query(({ ctx, input }) => listDirectives(ctx.verbs, input)),
  give: procedure
    .meta({
      permission: 'consent.give',
      openapi: {
        method: 'POST',
        path: '/patients/{patientId}/directives',
        tags,
        summary: 'Permit or deny purposes to a recipient; supersedes what was said of the same',
      },
    })
    .input(schemas.give.input)
    .output(schemas.give.output)
    .mutation(({ ctx, input }) => giveDirective(ctx.verbs, input)),
  withdraw: procedure
    .meta({
      permission: 'consent.give',
      openapi: { method: 'DELETE', path: '/directives/{id}', tags, summary: 'Take a directive back' },
    })
    .input(schemas.withdraw.input)
    .output(schemas.withdraw.output)
    .mutation(({ ctx, input }) => withdrawDirective(ctx.verbs, input)),
})
