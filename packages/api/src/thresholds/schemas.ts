import { z } from 'zod'
import { instant, uuid } from '../kernel/fields.ts'

export const numericParameter = z.enum(['heartRate', 'spo2', 'systolic', 'diastolic', 'temperature', 'respiration'])
const level = z.enum(['warning', 'critical'])

const limits = z.object({
  parameter: numericParameter,
  level,
  low: z.number().nullable().describe('A value on a bound is inside; null: no bound on this side.'),
  high: z.number().nullable(),
  exitMargin: z.number().describe('How far back inside a value must come before the alarm may end.'),
  dwellSeconds: z.number().int().describe('How long a breach, or a recovery, must last to count.'),
})

/** To the thousandth, as a single-precision column holds it. */
const bound = z.number().min(-1_000).max(1_000).multipleOf(0.001)

export const thresholdSchemas = {
  list: {
    input: z.strictObject({ patientId: uuid.optional() }),
    output: z.array(
      limits.extend({
        id: uuid,
        patientId: uuid.nullable(),
        effectiveFrom: instant,
        effectiveUntil: instant.nullable(),
        setBy: z.string(),
      }),
    ),
  },
  set: {
    input: z.strictObject({
      patientId: uuid.nullable().default(null).describe("Null: the hospital's default."),
      parameter: numericParameter,
      level,
      low: bound.nullable(),
      high: bound.nullable(),
      exitMargin: bound.default(0),
      dwellSeconds: z.number().int().min(0).max(600).default(20),
      effectiveFrom: instant.optional(),
      effectiveUntil: instant.nullable().optional(),
    }),
    output: z.object({ id: uuid }),
  },
  clear: {
    input: z.strictObject({ patientId: uuid, parameter: numericParameter, level }),
    output: z.object({ cleared: z.boolean() }),
  },
}
