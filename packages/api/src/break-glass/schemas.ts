import { z } from 'zod'
import { staffRole } from '../identity/schemas.ts'
import { instant, line, note, page, pageSize, uuid } from '../kernel/fields.ts'

const reason = z.enum(['emergency', 'cover-for-colleague', 'telephone-advice', 'patient-asked', 'handover', 'other'])
const end = z.enum(['expired', 'closed', 'revoked'])
const outcome = z.enum(['justified', 'not-justified'])
const one = z.strictObject({ id: uuid })
const minutes = z.number().int().min(5).max(480)

export const breakGlassEvent = z.object({
  id: uuid,
  kind: z.enum(['opened', 'ended', 'reviewed']),
  at: instant,
  breakGlassId: uuid,
  patientId: uuid,
})

export const breakGlassSchemas = {
  open: {
    input: z.strictObject({
      patient: z.union([z.strictObject({ patientId: uuid }), z.strictObject({ mrn: line(64) })]),
      reason,
      explanation: note.describe('Why it is needed, in words; encrypted, read by privacy officers.'),
    }),
    output: z.object({ id: uuid, patientId: uuid, expiresAt: instant }),
  },
  mine: { input: z.void(), output: z.array(z.object({ id: uuid, patientId: uuid, expiresAt: instant })) },
  close: { input: one, output: z.object({ ended: z.literal(true) }) },
  revoke: { input: one, output: z.object({ ended: z.literal(true) }) },
  list: {
    input: z.strictObject({
      state: z.enum(['all', 'open', 'unreviewed']).default('all'),
      after: uuid.optional(),
      limit: pageSize(200, 50),
    }),
    output: page(
      z.object({
        id: uuid,
        patientId: uuid,
        mrn: z.string(),
        membershipId: uuid,
        name: z.string(),
        role: staffRole,
        reason,
        explanation: z.string(),
        againstDirective: z.boolean(),
        openedAt: instant,
        expiresAt: instant,
        endedAt: instant.nullable(),
        end: end.nullable(),
        accesses: z.number().int(),
        seenAt: instant.nullable(),
        outcome: outcome.nullable(),
        reviewNote: z.string().nullable(),
        reviewedAt: instant.nullable(),
      }),
    ),
  },
  acknowledge: { input: one, output: z.object({ seen: z.literal(true) }) },
  review: {
    input: one.extend({ outcome, note: note.optional() }),
    output: z.object({ reviewed: z.literal(true) }),
  },
  setMinutes: { input: z.strictObject({ minutes }), output: z.object({ minutes }) },
  officers: {
    input: z.void(),
    output: z.array(z.object({ id: uuid, membershipId: uuid, name: z.string(), role: staffRole, since: instant })),
  },
  appointOfficer: { input: z.strictObject({ membershipId: uuid }), output: z.object({ id: uuid }) },
  endOfficer: { input: one, output: z.object({ ended: z.literal(true) }) },
  watch: {
    input: z.strictObject({ lastEventId: z.string().max(4000).nullish() }).optional(),
    beat: z.object({
      serverTime: instant,
      unseen: z
        .array(z.object({ id: uuid, patientId: uuid, openedAt: instant }))
        .nullable()
        .describe('What no privacy officer has seen yet; in the first message alone.'),
      events: z.array(breakGlassEvent),
    }),
  },
}
