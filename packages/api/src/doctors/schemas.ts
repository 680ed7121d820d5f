import { z } from 'zod'
import { specialities } from '../hospitals/schemas.ts'
import { flag, instant, line, name, note, page, pageSize, uuid } from '../kernel/fields.ts'

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'a time of day such as 08:30' })
const presence = z.object({ online: z.boolean(), lastSeenAt: instant.nullable() })

const summary = z.object({
  membershipId: uuid,
  name: z.string(),
  designation: z.string().nullable(),
  department: z.string().nullable(),
  specialities: z.array(z.string()),
  isAvailable: z.boolean(),
  isOnline: z.boolean(),
})
const listed = summary.extend({ hospitalId: uuid, hospital: z.string() })

const doctor = summary.omit({ isOnline: true }).extend({
  departmentId: uuid.nullable(),
  licenceNumber: z.string().nullable(),
  bio: z.string().nullable(),
  qualifications: z.array(z.object({ title: z.string(), year: z.number().int() })),
  shift: z.object({ start: z.string(), end: z.string() }).nullable(),
  labContacts: z.array(z.object({ name: z.string(), phone: z.string() })),
  aiEnabled: z.boolean(),
  presence,
  since: instant,
  version: z.number().int().describe('Give it back when changing the profile.'),
})

const ownFields = {
  version: z.number().int().min(1).max(2_147_483_647),
  specialities: specialities.optional(),
  bio: note.nullable().optional(),
  qualifications: z
    .array(z.strictObject({ title: line(200), year: z.number().int().min(1900).max(2199) }))
    .max(50)
    .optional(),
  shift: z
    .strictObject({ start: clock, end: clock })
    .nullable()
    .optional()
    .describe('Wall clock of the hospital; an end before the start is on the next day.'),
  labContacts: z
    .array(z.strictObject({ name, phone: line(40) }))
    .max(20)
    .optional(),
  aiEnabled: z.boolean().optional(),
  isAvailable: z.boolean().optional(),
}

const one = z.strictObject({ membershipId: uuid })
const changed = z.object({ version: z.number().int() })

const narrowing = {
  search: name.optional(),
  speciality: line(100).optional(),
  available: flag.optional(),
  online: flag.optional(),
  after: uuid.optional(),
  limit: pageSize(200, 50),
}

export const doctorSchemas = {
  list: { input: z.strictObject({ ...narrowing, departmentId: uuid.optional() }), output: page(summary) },
  get: { input: one, output: doctor },
  own: { input: z.void(), output: doctor },
  updateOwn: { input: z.strictObject(ownFields), output: changed },
  update: {
    input: z.strictObject({
      ...ownFields,
      membershipId: uuid,
      licenceNumber: line(60).nullable().optional(),
      designation: line(100).nullable().optional(),
    }),
    output: changed,
  },
  setPresence: { input: z.strictObject({ online: z.boolean() }), output: presence },
  presence: { input: z.void(), output: presence },
  patients: {
    input: z.strictObject({ membershipId: uuid, after: uuid.optional(), limit: pageSize(500, 100) }),
    output: page(
      z.object({
        id: uuid.describe('The relation; `careTeam.end` ends it.'),
        patientId: uuid,
        mrn: z.string(),
        givenName: z.string(),
        familyName: z.string(),
        since: instant,
        grantedBy: z.string().nullable(),
      }),
    ),
  },
  directory: { input: z.strictObject({ ...narrowing, hospitalId: uuid.optional() }), output: page(listed) },
  listed: { input: one, output: listed },
  hospitals: {
    input: one,
    output: z.array(z.object({ membershipId: uuid, hospitalId: uuid, hospital: z.string(), since: instant })),
  },
}
