import { z } from 'zod'
import { instant, note, page, pageSize, uuid } from '../kernel/fields.ts'

export const alarmLevel = z.enum(['warning', 'critical', 'emergency'])
export const alarmStatus = z.enum(['raised', 'acknowledged', 'escalated', 'resolved'])

export const alarm = z.object({
  id: uuid,
  patientId: uuid,
  wardId: uuid,
  rule: z.string().describe('Stable key, such as `threshold:heartRate:critical:high`.'),
  level: alarmLevel,
  parameter: z.string().nullable(),
  value: z.number().nullable(),
  limit: z.number().nullable(),
  status: alarmStatus,
  raisedAt: instant,
  acknowledgedAt: instant.nullable(),
  acknowledgedBy: z.string().nullable(),
  escalatedAt: instant.nullable(),
  resolvedAt: instant.nullable(),
  resolution: z.enum(['recovered', 'superseded', 'withdrawn', 'handled', 'discharged']).nullable(),
  snoozedUntil: instant.nullable(),
  announcements: z.number().int(),
})

/** What happened to an alarm, with the alarm as it was right after. */
export const alarmEvent = z.object({
  id: uuid,
  kind: z.enum(['raised', 'acknowledged', 'escalated', 'snoozed', 'repeated', 'resolved']),
  at: instant,
  alarm,
})

const one = z.strictObject({ alarmId: uuid })

export const alarmSchemas = {
  list: {
    input: z.strictObject({
      patientId: uuid.optional(),
      status: z.enum(['open', 'any']).default('any'),
      since: instant.optional(),
      after: uuid.optional(),
      limit: pageSize(500, 100),
    }),
    output: page(alarm),
  },
  get: { input: one, output: alarm.extend({ note: z.string().nullable() }) },
  acknowledge: { input: one.extend({ note: note.optional() }), output: alarm },
  snooze: {
    input: one.extend({
      minutes: z
        .number()
        .min(1)
        .max(24 * 60),
    }),
    output: alarm,
  },
  resolve: { input: one, output: alarm },
  emergency: { input: z.strictObject({ patientId: uuid }), output: alarm },
  watch: {
    input: z.strictObject({ lastEventId: z.string().max(4000).nullish() }).optional(),
    beat: z.object({
      serverTime: instant,
      open: z
        .array(alarm)
        .nullable()
        .describe(
          'The alarms that are open, in place of all before: in the first message, and when somebody came or left.',
        ),
      events: z.array(alarmEvent),
    }),
  },
}
