import { z } from 'zod'
import { careCase } from '../cases/schemas.ts'
import { entry } from '../clinical-lists/schemas.ts'
import { issuedInvitation } from '../identity/issued-invitation.ts'
import { file as printedFile } from '../kernel/file.ts'
import { day, email, instant, line, longText, name, note, page, pageSize, uuid } from '../kernel/fields.ts'
import { timeCursor, visit } from '../visits/schemas.ts'
import { recordSchemas } from './record-schemas.ts'

const sex = z.enum(['female', 'male', 'other', 'unknown'])
const mrn = line(64)
const phone = z.string().trim().min(5).max(40)

const address = z.strictObject({
  street: line(200),
  postalCode: line(20).optional(),
  city: line(100).optional(),
  region: line(100).optional(),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, { error: 'two capital letters, ISO 3166-1' })
    .optional(),
})
const emergencyContact = z.strictObject({ name, phone, relation: line(60).optional() })
const priorCare = z.strictObject({
  sawAnotherDoctor: z.boolean(),
  doctorName: name.optional(),
  specialty: name.optional(),
  clinic: name.optional(),
  date: day.optional(),
  symptoms: note.optional(),
  diagnosis: note.optional(),
  medicines: note.optional(),
  duration: line(200).optional(),
  response: z.enum(['improved', 'partial_improvement', 'no_change', 'worsened']).optional(),
  tests: note.optional().describe('Tests and their results.'),
  reasonForChange: note.optional(),
  ongoingTreatment: note.optional(),
  currentMedicines: note.optional(),
})
const bloodGroup = z.enum(['A+', 'A-', 'B+', 'B-', 'AB+', 'AB-', 'O+', 'O-'])
const heightCm = z.number().min(20).max(280)
const weightKg = z.number().min(0.2).max(700)

const patient = z.object({
  id: uuid,
  mrn: z.string(),
  givenName: z.string(),
  familyName: z.string(),
  birthDate: z.string(),
  sex,
  wardId: uuid.nullable(),
  wardName: z.string().nullable(),
  bed: z.string().nullable(),
  admittedAt: instant.nullable(),
  version: z.number().int().describe('Give it back when changing the file.'),
})

const file = patient.extend({
  mrn: z.string().nullable().describe('Null of whoever signed up by themselves and has no file yet.'),
  phone: z.string().nullable().describe('E.164.'),
  email: z.string().nullable(),
  address: address.nullable(),
  emergencyContact: emergencyContact.nullable(),
  agreesToWhatsApp: z
    .object({ since: instant, recordedBy: z.string() })
    .nullable()
    .describe('Agrees to be written to on WhatsApp, at this number.'),
  formerMrns: z.array(z.string()).describe('Numbers of files merged into this one.'),
})

const history = z.object({
  patientId: uuid,
  history: z.string().nullable(),
  priorCare: priorCare.nullable(),
  bloodGroup: bloodGroup.nullable(),
  heightCm: z.number().nullable(),
  weightKg: z.number().nullable(),
  version: z.number().int(),
  former: z
    .array(z.object({ patientId: uuid, history: z.string().nullable(), priorCare: priorCare.nullable() }))
    .describe('What files said that were merged into this one.'),
})

const onePatient = z.strictObject({ patientId: uuid })
const pageOfPatients = z.strictObject({ wardId: uuid.optional(), after: uuid.optional(), limit: pageSize(200, 50) })

export const patientSchemas = {
  list: { input: pageOfPatients, output: page(patient) },
  search: {
    input: pageOfPatients.extend({
      name: line(100).optional().describe('Part of a name, or one spelt nearly so.'),
      birthDate: day.optional(),
      mrn: mrn.optional().describe('Exactly; that of a merged file leads to the one it went into.'),
      phone: phone.optional(),
      email: email.optional(),
    }),
    output: page(patient),
  },
  get: { input: onePatient, output: file },
  history: { input: onePatient, output: history },
  profile: {
    input: onePatient.extend({ after: timeCursor.optional(), limit: pageSize(200, 100) }),
    output: z.object({
      patientId: uuid,
      readAt: instant,
      file,
      history,
      entries: z.array(entry).describe('Allergies, conditions and medications; at most 500, as they were recorded.'),
      activeCases: z.array(careCase).describe('The newest 100.'),
      formerCases: z.array(careCase).describe('Resolved, referred or closed; the newest 100.'),
      visits: page(visit).describe('Newest first; `next` as `after` gives those before them.'),
    }),
  },
  profilePdf: { input: onePatient, output: printedFile },
  hospitals: {
    input: onePatient,
    output: z.array(z.object({ hospitalId: uuid, name: z.string(), mrn: z.string(), since: instant })),
  },
  register: {
    input: z.strictObject({
      givenName: name,
      familyName: name,
      birthDate: day,
      sex,
      phone: phone.optional(),
      email: email.optional(),
      address: address.optional(),
      emergencyContact: emergencyContact.optional(),
      agreesToWhatsApp: z.boolean().optional(),
      history: longText.optional(),
      priorCare: priorCare.optional(),
      bloodGroup: bloodGroup.optional(),
      heightCm: heightCm.optional(),
      weightKg: weightKg.optional(),
      mrn: mrn.optional(),
      confirmDistinct: z
        .boolean()
        .optional()
        .describe('After `possible_duplicate`, whose `candidates` are the files in question: this is somebody else.'),
    }),
    output: z.object({ id: uuid, mrn: z.string() }),
  },
  update: {
    input: z.strictObject({
      patientId: uuid,
      version: z.number().int().min(1),
      givenName: name.optional(),
      familyName: name.optional(),
      birthDate: day.optional(),
      sex: sex.optional(),
      phone: phone.nullable().optional(),
      email: email.nullable().optional(),
      address: address.nullable().optional(),
      emergencyContact: emergencyContact.nullable().optional(),
      agreesToWhatsApp: z
        .boolean()
        .optional()
        .describe('To be written to on WhatsApp. It ends with the number it was given for.'),
      history: longText.nullable().optional(),
      priorCare: priorCare.nullable().optional(),
      bloodGroup: bloodGroup.nullable().optional(),
      heightCm: heightCm.nullable().optional(),
      weightKg: weightKg.nullable().optional(),
    }),
    output: z.object({ version: z.number().int() }),
  },
  remove: { input: onePatient, output: z.object({ removed: z.literal(true) }) },
  inviteLogin: {
    input: z.strictObject({
      patientId: uuid,
      email,
      relation: z.enum(['self', 'parent', 'child', 'spouse', 'guardian', 'other']),
    }),
    output: issuedInvitation,
  },
  ...recordSchemas,
}
