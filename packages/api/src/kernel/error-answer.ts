import { z } from 'zod'
import { type ApiErrorData, errorCodes } from './errors.ts'

/** What REST answers when something went wrong, for its description. */
export const errorAnswer = z.strictObject({
  error: z.strictObject({
    message: z.string().describe('For people. It may change.'),
    code: z.enum(errorCodes).describe('For programs. It is stable.'),
    httpStatus: z.int().min(400).max(599),
    retryable: z.boolean().describe('Whether the same request may succeed later.'),
    requestId: z.string().describe('Name it when you ask the operator.'),
    path: z.string().exactOptional().describe('The procedure.'),
    field: z.string().exactOptional().describe('The field at fault, as a dotted path.'),
    resource: z.string().exactOptional().describe('The kind of thing that was meant.'),
    expected: z.string().exactOptional().describe('The limit or the wanted form.'),
    retryAfter: z
      .number()
      .exactOptional()
      .describe('Seconds after which a retry makes sense; `Retry-After` says it too.'),
    methods: z.array(z.string()).exactOptional().describe('How one may prove who one is, where that is missing.'),
    candidates: z
      .array(z.strictObject({ patientId: z.uuid(), matches: z.array(z.enum(['email', 'name', 'phone'])) }))
      .exactOptional()
      .describe('With `possible_duplicate`: files that may be the same person’s.'),
    issues: z
      .array(z.strictObject({ field: z.string(), message: z.string() }))
      .exactOptional()
      .describe('Every field that is wrong.'),
  }) satisfies z.ZodType<ApiErrorData & { message: string }>,
})
