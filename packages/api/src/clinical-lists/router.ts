import { addEntry, listEntries, markEntryErroneous, updateEntry } from '@chartwire/db'
import { procedure, router } from '../kernel/trpc.ts'
import { clinicalListSchemas as schemas } from './schemas.ts'

const tags = ['clinical lists']

export const clinicalListsRouter = router({
  list: procedure
    .meta({
      permission: 'clinical-list.read',
      openapi: {
        method: 'GET',
        path: '/patients/{patientId}/clinical-entries',
        tags,
        summary: 'Allergies, conditions and medications',
      },
    })
    .input(schemas.list.input)
    .output(schemas.list.output)
    .query(({ ctx, input: { kind = null, after = null, ...input } }) =>
      listEntries(ctx.verbs, { kind, after, ...input }),
    ),
  add: procedure
    .meta({
      permission: 'clinical-list.write',
      openapi: { method: 'POST', path: '/patients/{patientId}/clinical-entries', tags, summary: 'Record a line' },
    })
    .input(schemas.add.input)
    .output(schemas.add.output)
    .mutation(({ ctx, input }) => addEntry(ctx.verbs, input)),
  update: procedure
    .meta({
      permission: 'clinical-list.write',
      openapi: {
        method: 'PATCH',
        path: '/patients/{patientId}/clinical-entries/{entryId}',
        tags,
        summary: 'Change what is given of a line',
      },
    })
    .input(schemas.update.input)
    .output(schemas.update.output)
    .mutation(({ ctx, input }) => updateEntry(ctx.verbs, input)),
  markErroneous: procedure
    .meta({
      permission: 'clinical-list.write',
      openapi: {
        method: 'POST',
        path: '/patients/{patientId}/clinical-entries/{entryId}/error',
        tags,
        summary: 'Say that a line was entered in error; it stays on record',
      },
    })
    .input(schemas.markErroneous.input)
    .output(schemas.markErroneous.output)
    .mutation(({ ctx, input }) => markEntryErroneous(ctx.verbs, input)),
})
