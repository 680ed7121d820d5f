import { z } from 'zod'
import { day, instant, line, note, page, pageSize, uuid } from '../kernel/fields.ts'

const mode = z.enum(['in_person', 'video', 'audio', 'chat'])
const kind = z.enum(['regular', 'follow_up', 'emergency'])
const status = z.enum(['scheduled', 'confirmed', 'in_progress', 'completed', 'cancelled', 'no_show'])
const minutes = z.number().int().min(5).max(720)
const version = z.number().int().min(1).max(2_147_483_647)

const appointment = z.object({
  id: uuid,
  hospitalId: uuid,
  hospital: z.string(),
  timeZone: z.string().describe('IANA zone of the hospital’s wall clock.'),
  membershipId: uuid.describe('The doctor’s.'),
  doctor: z.string(),
  patientId: uuid.nullable().describe('Null of a blocked span.'),
  mrn: z.string().nullable(),
  givenName: z.string().nullable(),
  familyName: z.string().nullable(),
  startsAt: instant,
  endsAt: instant,
  mode: mode.nullable(),
  kind: z.enum([...kind.options, 'blocked']),
  status,
  bookedAs: z.enum(['patient', 'staff']),
  bookedAt: instant,
  cancelledAs: z.enum(['patient', 'staff', 'rescheduled', 'closed']).nullable(),
  cancelledAt: instant.nullable(),
  rescheduledFrom: uuid.nullable(),
  rescheduledTo: uuid.nullable(),
  version: z.number().int().describe('Give it back when changing the appointment.'),
})

const read = { version: version.describe('The version that was read; another one meanwhile is `stale_version`.') }
const made = z.object({ id: uuid, version: z.number().int() })
const changed = z.object({ version: z.number().int() })

export const appointmentSchemas = {
  book: {
    input: z.strictObject({
      patientId: uuid,
      membershipId: uuid.describe('The doctor’s.'),
      startsAt: instant.describe('Now or later, within two years; staff also up to 15 minutes after it began.'),
      minutes: minutes.optional().describe('Half an hour unless given.'),
      mode,
      kind: kind.optional(),
      reason: note.nullable().optional().describe('What the patient comes for.'),
    }),
    output: made,
  },
  block: {
    input: z.strictObject({ membershipId: uuid, startsAt: instant, minutes, reason: line(400).nullable().optional() }),
    output: made,
  },
  get: {
    input: z.strictObject({ id: uuid }),
    output: appointment.extend({
      reason: z.string().nullable(),
      doctorNote: z.string().nullable().describe('The doctor’s own: null to everybody else.'),
      patientNote: z.string().nullable().describe('What the doctor wants the patient to read.'),
      bookedBy: z.string().nullable(),
      cancelledBy: z.string().nullable(),
      cancellationReason: z.string().nullable(),
    }),
  },
  list: {
    input: z.strictObject({
      membershipId: uuid.optional().describe('A doctor’s.'),
      patientId: uuid.optional(),
      from: day.optional().describe('Whatever has a part of this day or a later one, by the hospital’s wall clock.'),
      until: day.optional().describe('The last day.'),
      status: status.optional(),
      after: z.string().max(100).optional(),
      limit: pageSize(200, 50),
    }),
    output: page(appointment),
  },
  reschedule: {
    input: z.strictObject({
      id: uuid,
      ...read,
      startsAt: instant,
      minutes: minutes.optional().describe('As long as before unless given.'),
      membershipId: uuid.optional().describe('Another doctor of the hospital.'),
    }),
    output: made,
  },
  cancel: { input: z.strictObject({ id: uuid, ...read, reason: note.nullable().optional() }), output: changed },
  setStatus: {
    input: z.strictObject({
      id: uuid,
      ...read,
      status: z.enum(['confirmed', 'in_progress', 'completed', 'no_show']),
    }),
    output: changed,
  },
  change: {
    input: z.strictObject({ id: uuid, ...read, mode: mode.optional(), kind: kind.optional() }),
    output: changed,
  },
  note: {
    input: z.strictObject({
      id: uuid,
      ...read,
      reason: note.nullable().optional().describe('Of the side that booked, before it begins.'),
      doctorNote: note.nullable().optional().describe('The doctor’s own.'),
      patientNote: note.nullable().optional().describe('What the doctor wants the patient to read.'),
    }),
    output: changed,
  },
  freeSlots: {
    input: z.strictObject({ membershipId: uuid, day, minutes: z.coerce.number().int().min(5).max(720).default(30) }),
    output: z.object({
      timeZone: z.string(),
      shift: z
        .object({ start: z.string(), end: z.string() })
        .nullable()
        .describe('Null of a doctor who has named no working hours, whose whole day is open.'),
      isAvailable: z.boolean(),
      slots: z.array(z.object({ startsAt: instant, endsAt: instant })),
    }),
  },
  appointed: {
    input: z.strictObject({ membershipId: uuid, after: uuid.optional(), limit: pageSize(500, 100) }),
    output: page(
      z.object({
        patientId: uuid,
        mrn: z.string(),
        givenName: z.string(),
        familyName: z.string(),
        appointments: z.number().int(),
        nextAt: instant.nullable(),
        lastAt: instant.nullable(),
      }),
    ),
  },
}
