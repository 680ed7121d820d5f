import { z } from 'zod'
import { instant, line, page, pageSize, uuid } from '../kernel/fields.ts'

const onePatient = z.strictObject({ patientId: uuid })
const reason = line(1_000)
const recordRow = z.record(z.string(), z.unknown())
const erasure = {
  erasedAt: instant,
  retainUntil: instant.nullable().describe('Clinical records stay, locked, until then; null: none do.'),
  erased: z.array(
    z.object({ what: z.string(), rows: z.number().int(), how: z.enum(['deleted', 'overwritten', 'closed']) }),
  ),
  kept: z.array(z.object({ what: z.string(), rows: z.number().int(), why: z.string(), until: instant.nullable() })),
}

/** What is done to a patient's file as a whole: merged, given away, erased. */
export const recordSchemas = {
  merge: {
    input: z.strictObject({
      patientId: uuid.describe('The file that goes on.'),
      mergedId: uuid.describe('The file that goes into it.'),
      reason,
    }),
    output: z.object({ mergeId: uuid, rows: z.number().int().describe('How many rows moved.') }),
  },
  unmerge: {
    input: z.strictObject({ mergeId: uuid, reason }),
    output: z.object({ patientId: uuid, mergedId: uuid, rows: z.number().int() }),
  },
  merges: {
    input: onePatient,
    output: z.array(
      z.object({
        id: uuid,
        patientId: uuid,
        mergedId: uuid,
        reason: z.string(),
        mergedBy: z.string(),
        mergedAt: instant,
        undoneBy: z.string().nullable(),
        undoneAt: instant.nullable(),
        undoReason: z.string().nullable(),
      }),
    ),
  },
  exportRecord: {
    input: onePatient,
    output: z.object({
      manifest: z.object({
        format: z.literal('chartwire-record/1'),
        patientId: uuid,
        recordIds: z.array(uuid).describe('The patient’s id, and those of files merged into it.'),
        hospitalId: uuid.nullable().describe('Whose rows these are; null: all hospitals’.'),
        exportedAt: instant,
        tables: z.array(
          z.object({
            table: z.string(),
            rows: z.number().int(),
            next: z.string().nullable().describe('Where `patients.exportTable` goes on; null: all rows are here.'),
          }),
        ),
        leftOut: z.array(z.object({ what: z.string(), why: z.string() })),
      }),
      tables: z.record(z.string(), z.array(recordRow)),
    }),
  },
  exportTable: {
    input: z.strictObject({
      patientId: uuid,
      table: z.string().regex(/^[a-z_]{1,63}$/, { error: 'a table of the manifest' }),
      after: z.string().max(500).optional(),
      // Not fewer: each page is itself a line of the log that is exported here.
      limit: z.coerce.number().int().min(100).max(5_000).default(5_000),
    }),
    output: z.object({ rows: z.array(recordRow), next: z.string().nullable() }),
  },
  erase: {
    input: z.strictObject({ patientId: uuid, reason }),
    output: z.object({ erasureId: uuid, ...erasure }),
  },
  erasures: {
    input: z.strictObject({ after: uuid.optional(), limit: pageSize(200, 50) }),
    output: page(
      z.object({
        id: uuid,
        patientId: uuid,
        reason: z.string(),
        erasedBy: z.string(),
        purgedAt: instant.nullable().describe('When what was kept went as well.'),
        ...erasure,
      }),
    ),
  },
}
