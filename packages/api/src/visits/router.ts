import {
  getVisit,
  listVisitHistory,
  listVisits,
  recordVisit,
  setFollowUp,
  updateVisit,
  withdrawVisit,
} from '@chartwire/db'
import { procedure, router } from '../kernel/trpc.ts'
import { visitSchemas as schemas } from './schemas.ts'

const tags = ['visits']

export const visitsRouter = router({
  record: procedure
    .meta({
      permission: 'visit.write',
      openapi: { method: 'POST', path: '/patients/{patientId}/visits', tags, summary: 'Write a visit down' },
    })
    .input(schemas.record.input)
    .output(schemas.record.output)
    .mutation(({ ctx, input }) => recordVisit(ctx.verbs, input)),
  ofPatient: procedure
    .meta({
      permission: 'visit.read',
      openapi: { method: 'GET', path: '/patients/{patientId}/visits', tags, summary: 'Visits, newest first' },
    })
    .input(schemas.ofPatient.input)
    .output(schemas.ofPatient.output)
    .query(({ ctx, input: { after = null, ...input } }) => listVisits(ctx.verbs, { after, ...input })),
  get: procedure
    .meta({
      permission: 'visit.read',
      openapi: { method: 'GET', path: '/visits/{visitId}', tags, summary: 'One visit' },
    })
    .input(schemas.get.input)
    .output(schemas.get.output)
    .query(({ ctx, input }) => getVisit(ctx.verbs, input)),
  update: procedure
    .meta({
      permission: 'visit.write',
      openapi: { method: 'PATCH', path: '/visits/{visitId}', tags, summary: 'Change what is given' },
    })
    .input(schemas.update.input)
    .output(schemas.update.output)
    .mutation(({ ctx, input }) => updateVisit(ctx.verbs, input)),
  setFollowUp: procedure
    .meta({
      permission: 'visit.write',
      openapi: {
        method: 'PUT',
        path: '/visits/{visitId}/follow-up',
        tags,
        summary: 'Say when the patient should come again',
      },
    })
    .input(schemas.setFollowUp.input)
    .output(schemas.setFollowUp.output)
    .mutation(({ ctx, input }) => setFollowUp(ctx.verbs, input)),
  history: procedure
    .meta({
      permission: 'visit.read',
      openapi: {
        method: 'GET',
        path: '/visits/{visitId}/history',
        tags,
        summary: 'What a visit said before it was changed, and who wrote it',
      },
    })
    .input(schemas.history.input)
    .output(schemas.history.output)
    .query(({ ctx, input: { after = null, ...input } }) => listVisitHistory(ctx.verbs, { after, ...input })),
  withdraw: procedure
    .meta({
      permission: 'visit.write',
      openapi: {
        method: 'POST',
        path: '/visits/{visitId}/error',
        tags,
        summary: 'Say that a visit was entered in error; it stays on record',
      },
    })
    .input(schemas.withdraw.input)
    .output(schemas.withdraw.output)
    .mutation(({ ctx, input }) => withdrawVisit(ctx.verbs, input)),
})
