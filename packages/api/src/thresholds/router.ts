import { clearPatientThreshold, listThresholds, setThreshold } from '@chartwire/db'
import { procedure, router } from '../kernel/trpc.ts'
import { thresholdSchemas as schemas } from './schemas.ts'

const tags = ['thresholds']

export const thresholdsRouter = router({
  list: procedure
    .meta({
      permission: 'thresholds.read',
      openapi: { method: 'GET', path: '/thresholds', tags, summary: "The hospital's limits, and one patient's own" },
    })
    .input(schemas.list.input)
    .output(schemas.list.output)
    .query(({ ctx, input: { patientId = null } }) => listThresholds(ctx.verbs, { patientId })),
  set: procedure
    .meta({
      permission: ['thresholds.set-hospital', 'thresholds.set-patient'],
      openapi: { method: 'PUT', path: '/thresholds', tags, summary: 'Set the limits of one vital sign and level' },
    })
    .input(schemas.set.input)
    .output(schemas.set.output)
    .mutation(({ ctx, input }) => setThreshold(ctx.verbs, input)),
  clear: procedure
    .meta({
      permission: 'thresholds.set-patient',
      openapi: {
        method: 'DELETE',
        path: '/patients/{patientId}/thresholds/{parameter}/{level}',
        tags,
        summary: "End a patient's own limits",
      },
    })
    .input(schemas.clear.input)
    .output(schemas.clear.output)
    .mutation(({ ctx, input }) => clearPatientThreshold(ctx.verbs, input)),
})
