import { assessSymptoms, getSymptomCheck, listSymptomChecks } from '@chartwire/db'
import { procedure, router } from '../kernel/trpc.ts'
import { assessByRules } from './assess-by-rules.ts'
import { symptomCheckSchemas as schemas } from './schemas.ts'

const tags = ['symptom checks']

export const symptomChecksRouter = router({
  assess: procedure
    .meta({
      permission: 'symptom-check.assess',
      openapi: {
        method: 'POST',
        path: '/patients/{patientId}/symptom-checks',
        tags,
        summary: 'How urgent your complaints are, and what to do: by rules, no diagnosis; nobody is told',
      },
    })
    .input(schemas.assess.input)
    .output(schemas.assess.output)
    .mutation(({ ctx, input }) => assessSymptoms(ctx.verbs, input, assessByRules)),
  list: procedure
    .meta({
      permission: 'symptom-check.read',
      openapi: {
        method: 'GET',
        path: '/patients/{patientId}/symptom-checks',
        tags,
        summary: 'What was asked, the newest first',
      },
    })
    .input(schemas.list.input)
    .output(schemas.list.output)
    .query(({ ctx, input: { after = null, ...input } }) => listSymptomChecks(ctx.verbs, { after, ...input })),
  get: procedure
    .meta({
      permission: 'symptom-check.read',
      openapi: {
        method: 'GET',
        path: '/patients/{patientId}/symptom-checks/{checkId}',
        tags,
        summary: 'One of them, with its words and its answer',
      },
    })
    .input(schemas.get.input)
    .output(schemas.get.output)
    .query(({ ctx, input }) => getSymptomCheck(ctx.verbs, input)),
})
