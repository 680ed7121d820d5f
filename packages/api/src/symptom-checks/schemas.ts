import { z } from 'zod'
import { instant, page, pageSize, uuid } from '../kernel/fields.ts'

const level = z.enum(['emergency', 'urgent', 'soon', 'self-care', 'unclear'])

/** Several lines of a person's own words; half a surrogate pair and control characters have no place in them. */
const words = z
  .string()
  .trim()
  .min(1)
  .max(2_000)
  .regex(/^(?:[^\p{Cc}\p{Cs}]|[\n\r\t])*$/u, { error: 'text without control characters' })

const complaint = {
  text: words.describe('The complaints, in your own words.'),
  isPregnant: z.boolean().optional(),
  durationDays: z.number().min(0).max(36_500).optional(),
  severity: z.number().int().min(0).max(10).optional().describe('As it is felt, 10 being the worst.'),
  temperatureC: z.number().min(20).max(46).optional().describe('Degrees Celsius.'),
}

const stretch = z.object({ text: z.string(), start: z.number().int(), end: z.number().int() })

const answer = z.object({
  engine: z.string(),
  version: z.string(),
  level: level.describe('`unclear`: nothing was understood well enough, which is no all-clear.'),
  flags: z
    .array(
      z.object({
        level: z.enum(['emergency', 'urgent', 'soon', 'self-care']),
        rule: z.string(),
        reason: z.string(),
        source: z.string(),
        evidence: z.array(stretch).describe('Where in the text; empty for what was given as a number.'),
      }),
    )
    .describe('The rules that hold, the gravest first. Never a diagnosis.'),
  advice: z.array(z.string()).describe('The most pressing first.'),
  setAside: z
    .array(stretch.extend({ why: z.enum(['denied', 'somebody-else', 'past', 'only-thought-of']) }))
    .describe('Symptoms in the text that did not count.'),
  notUnderstood: z.array(stretch),
})

const line = z.object({
  id: uuid,
  patientId: uuid,
  level,
  engine: z.string(),
  engineVersion: z.string(),
  askedBy: z.string(),
  createdAt: instant,
})
const check = line.extend({ complaint: z.object(complaint), answer })

export const symptomCheckSchemas = {
  assess: { input: z.strictObject({ patientId: uuid, ...complaint }), output: check },
  list: {
    input: z.strictObject({ patientId: uuid, after: uuid.optional(), limit: pageSize(200, 50) }),
    output: page(line),
  },
  get: { input: z.strictObject({ patientId: uuid, checkId: uuid }), output: check },
}
