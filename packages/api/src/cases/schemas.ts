import { z } from 'zod'
import { flag, instant, line, note, page, pageSize, uuid } from '../kernel/fields.ts'
import { clinician, timeCursor, visit } from '../visits/schemas.ts'

const kind = z.enum(['acute', 'chronic', 'preventive', 'procedure', 'other'])
const severity = z.enum(['mild', 'moderate', 'severe', 'critical'])
const status = z.enum(['active', 'ongoing', 'on_hold', 'resolved', 'referred', 'closed'])
const outcome = z.enum([
  'fully_resolved',
  'significantly_improved',
  'partially_improved',
  'unchanged',
  'worsened',
  'referred',
  'patient_discontinued',
])
const oneToFive = z.number().int().min(1).max(5)
const version = z.number().int().min(1).max(2_147_483_647)
const text = z.string().nullable()

const title = line(200)
const described = {
  summary: note.nullable().optional(),
  severity: severity.nullable().optional(),
  priority: oneToFive.optional().describe('1 is the most urgent.'),
  ownerId: uuid.optional().describe('The membership in charge: a doctor or nurse of the hospital.'),
}

export const careCase = z.object({
  id: uuid,
  hospitalId: uuid,
  hospital: z.string(),
  patientId: uuid,
  number: z.string(),
  title: z.string(),
  summary: text,
  kind,
  status,
  severity: severity.nullable(),
  priority: z.number().int(),
  outcome: outcome.nullable(),
  satisfaction: z.number().int().nullable(),
  owner: clinician,
  visitCount: z.number().int(),
  openedAt: instant,
  openedBy: z.string(),
  endedAt: instant.nullable(),
  changedBy: text,
  changedAt: instant.nullable(),
  erroneousBy: text,
  erroneousAt: instant.nullable(),
  reason: text.describe('Why it was marked as opened in error.'),
  version: z.number().int().describe('Give it back when changing the case.'),
})

const timelineItem = z.object({
  id: uuid,
  at: instant,
  kind: z.enum([
    'opened',
    'changed',
    'status_changed',
    'resolved',
    'reopened',
    'visit_assigned',
    'visit_removed',
    'withdrawn',
    'visit',
  ]),
  by: z.string(),
  fromStatus: status.nullable(),
  toStatus: status.nullable(),
  outcome: outcome.nullable(),
  satisfaction: z.number().int().nullable(),
  visitId: uuid.nullable(),
  visit: z.object({ kind: z.string(), chiefComplaint: z.string() }).nullable(),
  former: z
    .object({
      title: z.string(),
      summary: text,
      kind,
      severity: severity.nullable(),
      priority: z.number().int(),
      ownerId: uuid,
    })
    .partial()
    .nullable()
    .describe('Of a change: what the case said before.'),
})

const one = { caseId: uuid }
const named = { ...one, version }
const moved = z.object({ status, version: z.number().int() })
const filing = z.strictObject({ ...one, visitId: uuid })
const pages = { after: uuid.optional(), limit: pageSize(200, 50) }

export const caseSchemas = {
  open: {
    input: z.strictObject({ patientId: uuid, title, kind, ...described }),
    output: z.object({ id: uuid, number: z.string(), version: z.number().int() }),
  },
  ofPatient: {
    input: z.strictObject({
      patientId: uuid,
      status: z
        .enum([...status.options, 'open', 'all'])
        .default('all')
        .describe('`open`: active, ongoing or on hold.'),
      includeErroneous: flag.default(false),
      ...pages,
    }),
    output: page(careCase),
  },
  active: {
    input: z.strictObject(pages),
    output: page(careCase.extend({ mrn: z.string(), givenName: z.string(), familyName: z.string() })),
  },
  get: { input: z.strictObject(one), output: careCase.extend({ visits: page(visit).describe('The newest 50.') }) },
  visits: {
    input: z.strictObject({ ...one, after: timeCursor.optional(), limit: pageSize(200, 50) }),
    output: page(visit),
  },
  timeline: {
    input: z.strictObject({ ...one, after: timeCursor.optional(), limit: pageSize(500, 100) }),
    output: page(timelineItem),
  },
  update: {
    input: z.strictObject({ ...named, title: title.optional(), kind: kind.optional(), ...described }),
    output: z.object({ version: z.number().int() }),
  },
  setStatus: {
    input: z.strictObject({ ...named, status: status.exclude(['resolved']) }),
    output: moved,
  },
  resolve: {
    input: z.strictObject({
      ...named,
      outcome,
      satisfaction: oneToFive.nullable().optional().describe('The patient’s.'),
    }),
    output: moved,
  },
  reopen: { input: z.strictObject(named), output: moved },
  withdraw: {
    input: z.strictObject({ ...named, reason: line(1_000) }),
    output: z.object({ version: z.number().int(), visits: z.number().int().describe('Taken out of the case.') }),
  },
  assignVisit: { input: filing, output: z.object({ assigned: z.literal(true) }) },
  removeVisit: { input: filing, output: z.object({ removed: z.literal(true) }) },
}
