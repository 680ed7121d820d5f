import {
  erasePatient,
  exportRecord,
  exportTable,
  listErasures,
  listMerges,
  mergePatients,
  unmergePatients,
} from '@chartwire/db'
import { procedure } from '../kernel/trpc.ts'
import { recordSchemas as schemas } from './record-schemas.ts'

const tags = ['patients']

/** Of `patientsRouter`: what is done to a file as a whole. */
export const recordProcedures = {
  merge: procedure
    .meta({
      permission: 'patient.merge',
      openapi: {
        method: 'POST',
        path: '/patients/{patientId}/merges',
        tags,
        summary: 'Make two files of a person one',
      },
    })
    .input(schemas.merge.input)
    .output(schemas.merge.output)
    .mutation(({ ctx, input }) => mergePatients(ctx.verbs, input)),
  unmerge: procedure
    .meta({
      permission: 'patient.merge',
      openapi: { method: 'POST', path: '/merges/{mergeId}/undo', tags, summary: 'Take a merge back, row by row' },
    })
    .input(schemas.unmerge.input)
    .output(schemas.unmerge.output)
    .mutation(({ ctx, input }) => unmergePatients(ctx.verbs, input)),
  merges: procedure
    .meta({
      permission: 'patient.merge',
      openapi: { method: 'GET', path: '/patients/{patientId}/merges', tags, summary: 'What was merged, and undone' },
    })
    .input(schemas.merges.input)
    .output(schemas.merges.output)
    .query(({ ctx, input }) => listMerges(ctx.verbs, input)),
  exportRecord: procedure
    .meta({
      permission: 'patient.export',
      load: 'export',
      openapi: {
        method: 'GET',
        path: '/patients/{patientId}/record',
        tags,
        summary: 'The whole record, with a manifest of every table',
      },
    })
    .input(schemas.exportRecord.input)
    .output(schemas.exportRecord.output)
    .query(({ ctx, input }) => exportRecord(ctx.verbs, input)),
  exportTable: procedure
    .meta({
      permission: 'patient.export',
      load: 'export',
      openapi: {
        method: 'GET',
        path: '/patients/{patientId}/record/{table}',
        tags,
        summary: 'The rows of one table of the record, page by page',
      },
    })
    .input(schemas.exportTable.input)
    .output(schemas.exportTable.output)
    .query(({ ctx, input: { after = null, ...input } }) => exportTable(ctx.verbs, { after, ...input })),
  erase: procedure
    .meta({
      permission: 'patient.erase',
      openapi: {
        method: 'POST',
        path: '/patients/{patientId}/erasure',
        tags,
        summary: 'Erase a file; says what went, and what the law keeps until when',
      },
    })
    .input(schemas.erase.input)
    .output(schemas.erase.output)
    .mutation(({ ctx, input }) => erasePatient(ctx.verbs, input)),
  erasures: procedure
    .meta({
      permission: 'patient.erase',
      openapi: { method: 'GET', path: '/erasures', tags, summary: 'What was erased, newest first' },
    })
    .input(schemas.erasures.input)
    .output(schemas.erasures.output)
    .query(({ ctx, input: { after = null, limit } }) => listErasures(ctx.verbs, { after, limit })),
}
