import {
  assignVisit,
  getCase,
  listActiveCases,
  listCases,
  listCaseVisits,
  openCase,
  readCaseTimeline,
  removeVisit,
  reopenCase,
  resolveCase,
  setCaseStatus,
  updateCase,
  withdrawCase,
} from '@chartwire/db'
import { procedure, router } from '../kernel/trpc.ts'
import { caseSchemas as schemas } from './schemas.ts'

const tags = ['cases']

export const casesRouter = router({
  open: procedure
    .meta({
      permission: 'case.write',
      openapi: { method: 'POST', path: '/patients/{patientId}/cases', tags, summary: 'Open an episode of care' },
    })
    .input(schemas.open.input)
    .output(schemas.open.output)
    .mutation(({ ctx, input }) => openCase(ctx.verbs, input)),
  ofPatient: procedure
    .meta({
      permission: 'case.read',
      openapi: { method: 'GET', path: '/patients/{patientId}/cases', tags, summary: 'Cases, by status' },
    })
    .input(schemas.ofPatient.input)
    .output(schemas.ofPatient.output)
    .query(({ ctx, input: { after = null, ...input } }) => listCases(ctx.verbs, { after, ...input })),
  active: procedure
    .meta({
      permission: 'case.read',
      openapi: { method: 'GET', path: '/cases/active', tags, summary: 'Your own open cases' },
    })
    .input(schemas.active.input)
    .output(schemas.active.output)
    .query(({ ctx, input: { after = null, limit } }) => listActiveCases(ctx.verbs, { after, limit })),
  get: procedure
    .meta({
      permission: 'case.read',
      openapi: { method: 'GET', path: '/cases/{caseId}', tags, summary: 'One case with its newest visits' },
    })
    .input(schemas.get.input)
    .output(schemas.get.output)
    .query(({ ctx, input }) => getCase(ctx.verbs, input)),
  visits: procedure
    .meta({
      permission: 'case.read',
      openapi: { method: 'GET', path: '/cases/{caseId}/visits', tags, summary: 'Visits of a case, newest first' },
    })
    .input(schemas.visits.input)
    .output(schemas.visits.output)
    .query(({ ctx, input: { after = null, ...input } }) => listCaseVisits(ctx.verbs, { after, ...input })),
  timeline: procedure
    .meta({
      permission: 'case.read',
      openapi: { method: 'GET', path: '/cases/{caseId}/timeline', tags, summary: 'A case from its beginning' },
    })
    .input(schemas.timeline.input)
    .output(schemas.timeline.output)
    .query(({ ctx, input: { after = null, ...input } }) => readCaseTimeline(ctx.verbs, { after, ...input })),
  update: procedure
    .meta({
      permission: 'case.write',
      openapi: { method: 'PATCH', path: '/cases/{caseId}', tags, summary: 'Change what is given' },
    })
    .input(schemas.update.input)
    .output(schemas.update.output)
    .mutation(({ ctx, input }) => updateCase(ctx.verbs, input)),
  setStatus: procedure
    .meta({
      permission: 'case.write',
      openapi: { method: 'PUT', path: '/cases/{caseId}/status', tags, summary: 'Go on, put on hold, refer or close' },
    })
    .input(schemas.setStatus.input)
    .output(schemas.setStatus.output)
    .mutation(({ ctx, input }) => setCaseStatus(ctx.verbs, input)),
  resolve: procedure
    .meta({
      permission: 'case.write',
      openapi: { method: 'POST', path: '/cases/{caseId}/resolution', tags, summary: 'End a case with its outcome' },
    })
    .input(schemas.resolve.input)
    .output(schemas.resolve.output)
    .mutation(({ ctx, input }) => resolveCase(ctx.verbs, input)),
  reopen: procedure
    .meta({
      permission: 'case.write',
      openapi: { method: 'POST', path: '/cases/{caseId}/reopening', tags, summary: 'Go on with a case that had ended' },
    })
    .input(schemas.reopen.input)
    .output(schemas.reopen.output)
    .mutation(({ ctx, input }) => reopenCase(ctx.verbs, input)),
  withdraw: procedure
    .meta({
      permission: 'case.write',
      openapi: {
        method: 'POST',
        path: '/cases/{caseId}/error',
        tags,
        summary: 'Say that a case was opened in error; it stays on record, without its visits',
      },
    })
    .input(schemas.withdraw.input)
    .output(schemas.withdraw.output)
    .mutation(({ ctx, input }) => withdrawCase(ctx.verbs, input)),
  assignVisit: procedure
    .meta({
      permission: 'case.write',
      openapi: { method: 'PUT', path: '/cases/{caseId}/visits/{visitId}', tags, summary: 'Put a visit into a case' },
    })
    .input(schemas.assignVisit.input)
    .output(schemas.assignVisit.output)
    .mutation(({ ctx, input }) => assignVisit(ctx.verbs, input)),
  removeVisit: procedure
    .meta({
      permission: 'case.write',
      openapi: {
        method: 'DELETE',
        path: '/cases/{caseId}/visits/{visitId}',
        tags,
        summary: 'Take a visit out of its case',
      },
    })
    .input(schemas.removeVisit.input)
    .output(schemas.removeVisit.output)
    .mutation(({ ctx, input }) => removeVisit(ctx.verbs, input)),
})
