import { z } from 'zod'
import { day, flag, instant, line, longText, name, note, page, pageSize, uuid } from '../kernel/fields.ts'

const kind = z.enum(['consultation', 'follow_up', 'emergency', 'procedure', 'telemedicine', 'home', 'other'])
const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'a time of day such as 08:30' })
const version = z.number().int().min(1).max(2_147_483_647)
/** What is no patient's is refused by the verb, which names the limits. */
const measured = z.number().nullable().optional()

const vitals = z
  .strictObject({
    temperature: measured.describe('30 to 45 Cel, or as much in `temperatureUnit`.'),
    temperatureUnit: z.enum(['Cel', '[degF]']).optional(),
    systolic: measured.describe('50 to 300 mm[Hg]'),
    diastolic: measured.describe('30 to 200 mm[Hg]'),
    bloodPressure: line(20).optional().describe('`120/80`, instead of `systolic` and `diastolic`.'),
    heartRate: measured.describe('20 to 300 /min, by a device'),
    pulse: measured.describe('20 to 300 /min, by hand'),
    respiration: measured.describe('5 to 60 /min'),
    spo2: measured.describe('50 to 100 %'),
    weightKg: measured.describe('0.5 to 500'),
    heightCm: measured.describe('20 to 300'),
    waistCm: measured.describe('20 to 300'),
    hipCm: measured.describe('20 to 300'),
  })
  .describe('As a whole: what is not given was not taken. BMI and waist-hip ratio are computed.')

const followUp = z.strictObject({
  on: day,
  at: clock.nullable().optional().describe('By the hospital’s clock.'),
  note: note.nullable().optional(),
})

const texts = {
  symptoms: note.nullable().optional(),
  examination: note.nullable().optional(),
  diagnosis: note.nullable().optional(),
  plan: note.nullable().optional(),
  medicines: z
    .array(z.strictObject({ name, details: line(500).nullable().optional().describe('How it is taken.') }))
    .max(50)
    .optional(),
  tests: z.array(line(200)).max(50).optional().describe('Tests that were recommended.'),
  notes: longText.nullable().optional(),
  internalNote: note.nullable().optional().describe('For clinicians; the patient never sees it.'),
  vitals: vitals.nullable().optional(),
  followUp: followUp.nullable().optional(),
}

const number = z.number().nullable()
const text = z.string().nullable()

const state = {
  kind,
  beganAt: instant,
  chiefComplaint: z.string(),
  symptoms: text,
  examination: text,
  diagnosis: text,
  plan: text,
  medicines: z.array(z.object({ name: z.string(), details: text })),
  tests: z.array(z.string()),
  notes: text,
  internalNote: text.describe('Null to the patient, whatever is in it.'),
  vitals: z
    .object({
      temperature: number.describe('Cel'),
      systolic: number,
      diastolic: number,
      heartRate: number,
      pulse: number,
      respiration: number,
      spo2: number,
      weightKg: number,
      heightCm: number,
      waistCm: number,
      hipCm: number,
      bmi: number.describe('kg/m2'),
      waistHipRatio: number,
      isWaistHipRaised: z.boolean().nullable().describe('From 0.85 (women), 0.90 (men) on: WHO 2008.'),
    })
    .nullable(),
  followUp: z.object({ on: z.string(), at: text, note: text }).nullable(),
}

export const clinician = z.object({ membershipId: uuid, name: text })

export const visit = z.object({
  id: uuid,
  hospitalId: uuid,
  hospital: z.string(),
  patientId: uuid,
  clinician,
  caseId: uuid.nullable(),
  localDate: z.string().describe('When it began by the hospital’s clock.'),
  localTime: z.string(),
  timeZone: z.string(),
  ...state,
  recordedBy: z.string(),
  recordedAt: instant,
  changedBy: text,
  changedAt: instant.nullable(),
  erroneousBy: text,
  erroneousAt: instant.nullable(),
  reason: text.describe('Why it was marked as entered in error.'),
  version: z.number().int().describe('Give it back when changing the visit.'),
})

/** `next` of a list that is ordered by time. */
export const timeCursor = z
  .string()
  .max(100)
  .refine(
    (cursor) => {
      const [at, id, ...rest] = cursor.split('/')
      return rest.length === 0 && instant.safeParse(at).success && uuid.safeParse(id).success
    },
    { error: '`next` of the page before' },
  )

const one = { visitId: uuid }
const changed = z.object({ version: z.number().int() })

export const visitSchemas = {
  record: {
    input: z.strictObject({
      patientId: uuid,
      kind,
      beganAt: instant.optional().describe('Now, unless said otherwise.'),
      membershipId: uuid.optional().describe('The clinician, where it is not you: a doctor or nurse of the hospital.'),
      caseId: uuid.optional(),
      chiefComplaint: note,
      ...texts,
    }),
    output: z.object({ id: uuid, version: z.number().int() }),
  },
  get: { input: z.strictObject(one), output: visit },
  ofPatient: {
    input: z.strictObject({
      patientId: uuid,
      includeErroneous: flag.default(false),
      after: timeCursor.optional(),
      limit: pageSize(200, 50),
    }),
    output: page(visit),
  },
  update: {
    input: z.strictObject({
      ...one,
      version,
      kind: kind.optional(),
      beganAt: instant.optional(),
      chiefComplaint: note.optional(),
      ...texts,
    }),
    output: changed,
  },
  setFollowUp: { input: z.strictObject({ ...one, version, followUp: followUp.nullable() }), output: changed },
  history: {
    input: z.strictObject({
      ...one,
      after: z.coerce.number().int().min(1).max(2_147_483_647).optional(),
      limit: pageSize(200, 50),
    }),
    output: page(z.object({ version: z.number().int(), writtenBy: z.string(), writtenAt: instant, ...state })),
  },
  withdraw: { input: z.strictObject({ ...one, version, reason: line(1_000) }), output: changed },
}
