import { assignCareTeam, endCareTeam, listCareTeam } from '@chartwire/db'
import { procedure, router } from '../kernel/trpc.ts'
import { careTeamSchemas as schemas } from './schemas.ts'

const tags = ['care team']

export const careTeamRouter = router({
  list: procedure
    .meta({
      permission: 'care-team.read',
      openapi: { method: 'GET', path: '/patients/{patientId}/care-team', tags, summary: 'Who cares for a patient' },
    })
    .input(schemas.list.input)
    .output(schemas.list.output)
    .query(({ ctx, input }) => listCareTeam(ctx.verbs, input)),
  assign: procedure
    .meta({
      permission: 'care-team.assign',
      openapi: { method: 'POST', path: '/care-team', tags, summary: 'Put somebody on the team of a patient or ward' },
    })
    .input(schemas.assign.input)
    .output(schemas.assign.output)
    .mutation(({ ctx, input }) => assignCareTeam(ctx.verbs, input)),
  end: procedure
    .meta({
      permission: 'care-team.assign',
      openapi: { method: 'DELETE', path: '/care-team/{id}', tags, summary: 'Take somebody off a team' },
    })
    .input(schemas.end.input)
    .output(schemas.end.output)
    .mutation(({ ctx, input }) => endCareTeam(ctx.verbs, input)),
})
