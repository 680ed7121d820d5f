import { z } from 'zod'
import { alarmEvent, alarmLevel, alarmStatus } from '../alarms/schemas.ts'
import { day, instant, line, page, pageSize, uuid } from '../kernel/fields.ts'
import { numericParameter } from '../thresholds/schemas.ts'

const consciousness = z.enum(['A', 'C', 'V', 'P', 'U']).describe('ACVPU')
/** Wide enough for any sensor's nonsense, which is stored and flagged; only what is no measurement at all is refused. */
const measured = z.number().min(-10_000).max(10_000).optional()
/** 1970 to 2100, in milliseconds. */
const epochMs = z.number().int().min(0).max(4_102_444_800_000)

export const readingInput = z
  .strictObject({
    patientId: uuid.optional(),
    mrn: line(64).optional().describe('Instead of `patientId`.'),
    at: z.union([instant, epochMs]).describe('When the device measured: ISO 8601, or milliseconds since 1970.'),
    device: line(100).optional().describe('Serial number.'),
    heartRate: measured.describe('/min'),
    spo2: measured.describe('%'),
    supplementalOxygen: z.boolean().optional(),
    systolic: measured.describe('mm[Hg]'),
    diastolic: measured.describe('mm[Hg]'),
    bloodPressure: z
      .string()
      .regex(/^\d{1,3}\/\d{1,3}$/)
      .optional()
      .describe('`120/80`, instead of `systolic` and `diastolic`.'),
    temperature: measured,
    temperatureUnit: z.enum(['Cel', '[degF]']).default('Cel'),
    respiration: measured.describe('/min'),
    consciousness: consciousness.optional(),
  })
  .superRefine((reading, context) => {
    const wrong = (field: string, message: string) => context.addIssue({ code: 'custom', path: [field], message })
    if ((reading.patientId === undefined) === (reading.mrn === undefined))
      wrong('patientId', 'patientId or mrn, not both')
    if (reading.bloodPressure !== undefined && (reading.systolic ?? reading.diastolic) !== undefined) {
      wrong('bloodPressure', 'bloodPressure, or systolic and diastolic')
    }
    if (!hasValue(reading)) wrong('heartRate', 'at least one value')
  })
export type ReadingInput = z.infer<typeof readingInput>

const valueFields = [
  'heartRate',
  'spo2',
  'supplementalOxygen',
  'systolic',
  'diastolic',
  'bloodPressure',
  'temperature',
  'respiration',
  'consciousness',
] as const

function hasValue(reading: Record<string, unknown>): boolean {
  return valueFields.some((field) => reading[field] !== undefined)
}

/**
 * Rows that are checked one by one, so that each has its own outcome: the schema of the batch lets anything through and
 * promises callers, and the API's description, what a row should be.
 */
function rowwise<Row extends z.ZodType>(row: Row): Row {
  const { $schema: _, ...description } = z.toJSONSchema(row, { io: 'input', unrepresentable: 'any' })
  return z.unknown().meta({
    override: ({ jsonSchema }: { jsonSchema: object }) => void Object.assign(jsonSchema, description),
  }) as unknown as Row
}

const outcome = z.discriminatedUnion('status', [
  z.object({
    index: z.number().int(),
    status: z.literal('flagged'),
    flags: z.array(z.enum(['implausible', 'late', 'clock_skew'])),
    fields: z.array(z.string()),
  }),
  z.object({ index: z.number().int(), status: z.literal('duplicate') }),
  z.object({
    index: z.number().int(),
    status: z.literal('refused'),
    code: z.enum([
      'not_admitted',
      'device_unknown',
      'device_elsewhere',
      'too_old',
      'future_time',
      'differs_from_stored',
      'invalid',
    ]),
    field: z.string(),
  }),
])

export const reading = z.object({
  patientId: uuid,
  at: instant,
  receivedAt: instant,
  deviceId: uuid.nullable(),
  heartRate: z.number().nullable(),
  spo2: z.number().nullable(),
  systolic: z.number().nullable(),
  diastolic: z.number().nullable(),
  temperature: z.number().nullable(),
  respiration: z.number().nullable(),
  supplementalOxygen: z.boolean().nullable(),
  consciousness: consciousness.nullable(),
  news2: z.number().int().nullable().describe('The score with this reading; null when it was late or is not scored.'),
  news2Partial: z.boolean(),
  implausible: z.array(numericParameter).describe('Values that cannot be a patient’s: stored, never scored.'),
  late: z.boolean(),
  clockSkew: z.boolean(),
})

const news2Parameter = z.enum([
  'respiration',
  'spo2',
  'supplementalOxygen',
  'systolic',
  'heartRate',
  'consciousness',
  'temperature',
])

/** NEWS2 (Royal College of Physicians, 2017). */
const news2 = z.discriminatedUnion('status', [
  z.object({ status: z.literal('refused'), reason: z.enum(['under_16', 'pregnant', 'age_unknown']) }),
  z.object({
    status: z.enum(['complete', 'partial']).describe('`partial`: the score is a lower bound.'),
    score: z.number().int(),
    subscores: z.partialRecord(news2Parameter, z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)])),
    hasSingleThree: z.boolean(),
    band: z.enum(['low', 'low-medium', 'medium', 'high']),
    recommendedIntervalMinutes: z.number().describe('0: continuous monitoring.'),
    missing: z.array(news2Parameter).readonly(),
    stale: z.array(news2Parameter).readonly(),
  }),
])

function newest<Value extends z.ZodType>(value: Value) {
  return z.object({ value, at: instant }).nullable()
}

export const tile = z.object({
  patientId: uuid,
  wardId: uuid,
  bed: z.string().nullable(),
  givenName: z.string(),
  familyName: z.string(),
  mrn: z.string(),
  latest: z.object({
    heartRate: newest(z.number()),
    spo2: newest(z.number()),
    systolic: newest(z.number()),
    diastolic: newest(z.number()),
    temperature: newest(z.number()),
    respiration: newest(z.number()),
    consciousness: newest(consciousness),
    supplementalOxygen: newest(z.boolean()),
  }),
  news2: news2.nullable(),
  at: instant.nullable().describe('Newest time any value was measured.'),
  receivedAt: instant.nullable(),
  readings: z.number().int().describe('Since admission.'),
  monitoring: z.enum(['continuous', 'spot-checks']),
  alarms: z.array(
    z.object({
      id: uuid,
      rule: z.string(),
      level: alarmLevel,
      status: alarmStatus,
      parameter: z.string().nullable(),
      value: z.number().nullable(),
      limit: z.number().nullable(),
      raisedAt: instant,
      snoozedUntil: instant.nullable(),
    }),
  ),
})

const statistics = z.object({ count: z.number(), mean: z.number(), min: z.number(), max: z.number() }).nullable()

const span = z.object({
  start: instant,
  readings: z.number().int(),
  heartRate: statistics,
  spo2: statistics,
  systolic: statistics,
  diastolic: statistics,
  temperature: statistics,
  respiration: statistics,
})

/** The time and device of the last reading of a page, and its file where several were merged. */
function isHistoryCursor(text: string): boolean {
  const [at, ...ids] = text.split('/')
  return (
    instant.safeParse(at).success && [1, 2].includes(ids.length) && ids.every((id) => z.guid().safeParse(id).success)
  )
}

/** As long as readings are kept. */
const longestSpanMs = 400 * 86_400_000

const onePatient = z.strictObject({ patientId: uuid })
const cursor = z.string().max(4000).nullish().describe('The id of the last message, to resume behind it.')

export const vitalsSchemas = {
  record: {
    input: z.strictObject({ readings: z.array(rowwise(readingInput)).min(1).max(5_000) }),
    output: z.object({
      stored: z.number().int(),
      flagged: z.number().int().describe('Stored, with something odd about them.'),
      duplicates: z.number().int(),
      refused: z.number().int(),
      exceptions: z.array(outcome).describe('Every row that was not plainly stored, by its index.'),
    }),
  },
  latest: { input: onePatient, output: tile.nullable() },
  ward: { input: z.strictObject({ wardId: uuid }), output: z.array(tile) },
  history: {
    input: onePatient.extend({
      limit: pageSize(1_000, 100),
      after: z.string().refine(isHistoryCursor, { error: '`next` of the page before' }).optional(),
      from: instant.optional(),
    }),
    output: page(reading),
  },
  hourly: {
    input: onePatient
      .extend({ from: instant, to: instant })
      .refine(({ from, to }) => Date.parse(to) - Date.parse(from) <= longestSpanMs, {
        path: ['to'],
        error: 'at most 400 days after from',
      }),
    output: z.array(span),
  },
  daily: {
    input: onePatient.extend({ from: day, days: z.coerce.number().int().min(1).max(31).default(1) }),
    output: z.object({ timeZone: z.string(), days: z.array(span) }),
  },
  summary: {
    input: onePatient,
    output: z.object({
      patient: z.object({
        id: uuid,
        mrn: z.string().nullable().describe('Null of whoever has no file with a hospital yet.'),
        givenName: z.string(),
        familyName: z.string(),
        birthDate: z.string(),
        sex: z.string(),
      }),
      admission: z
        .object({ id: uuid, wardId: uuid, wardName: z.string(), bed: z.string().nullable(), admittedAt: instant })
        .nullable(),
      tile: tile.nullable(),
      readings: z.number().int(),
      alarmsLast24h: z.number().int(),
      openAlarms: z.number().int(),
    }),
  },
  watchWard: {
    input: z.strictObject({ wardId: uuid, lastEventId: cursor }),
    beat: z.object({
      serverTime: instant,
      kind: z
        .enum(['board', 'change', 'heartbeat'])
        .describe('`board` replaces everything shown; `change` holds the tiles that changed.'),
      tiles: z.array(tile),
      gone: z.array(uuid),
      alarms: z.array(alarmEvent),
    }),
  },
  watchPatient: {
    input: onePatient.extend({ lastEventId: cursor }),
    beat: z.object({
      serverTime: instant,
      kind: z.enum(['change', 'heartbeat']),
      tile: tile.nullable(),
      readings: z.array(reading),
      skipped: z
        .number()
        .int()
        .describe(
          'Readings left out because there were too many for the connection, or at once; the history has them.',
        ),
      alarms: z.array(alarmEvent),
      isDischarged: z.boolean(),
    }),
  },
}
