import { z } from 'zod'
import { instant, line, note, page, pageSize, uuid } from '../kernel/fields.ts'

const bed = line(40)

export const admissionSchemas = {
  admit: {
    input: z.strictObject({
      patientId: uuid,
      wardId: uuid,
      bed: bed.nullable().optional(),
      spo2Scale: z
        .union([z.literal(1), z.literal(2)])
        .default(1)
        .describe('NEWS2 SpO2 scale; 2 only for a prescribed target of 88-92 %.'),
    }),
    output: z.object({ admissionId: uuid, admittedAt: instant }),
  },
  transfer: {
    input: z.strictObject({ patientId: uuid, wardId: uuid, bed: bed.nullable().optional() }),
    output: z.object({ admissionId: uuid }),
  },
  discharge: {
    input: z.strictObject({ patientId: uuid, note: note.optional() }),
    output: z.object({ admissionId: uuid, dischargedAt: instant }),
  },
  ofPatient: {
    input: z.strictObject({ patientId: uuid }),
    output: z.array(
      z.object({
        id: uuid,
        patientId: uuid,
        wardId: uuid,
        wardName: z.string(),
        bed: z.string().nullable(),
        status: z.enum(['admitted', 'discharged']),
        admittedAt: instant,
        dischargedAt: instant.nullable(),
      }),
    ),
  },
  current: {
    input: z.strictObject({ after: line(64).optional(), limit: pageSize(1000, 200) }),
    output: page(z.object({ patientId: uuid, mrn: z.string(), wardId: uuid, bed: z.string().nullable() })),
  },
}
