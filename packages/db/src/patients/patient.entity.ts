import { defineEntity, p } from '@mikro-orm/core'
import { cipher, id, instant } from '../kernel/columns.ts'

export const sexes = ['female', 'male', 'other', 'unknown'] as const
export const bloodGroups = ['A+', 'A-', 'B+', 'B-', 'AB+', 'AB-', 'O+', 'O-'] as const

/** A person who is cared for; may be registered with several hospitals. */
export const PatientSchema = defineEntity({
  name: 'Patient',
  tableName: 'patient',
  properties: {
    id: id(),
    givenName: p.text(),
    familyName: p.text(),
    birthDate: p.date().index(),
    sex: p.enum(sexes),
    phoneCipher: cipher().nullable(),
    phoneIndex: p.blob().nullable().index(),
    emailCipher: cipher().nullable(),
    emailIndex: p.blob().nullable().index(),
    /** Since when the patient agrees to be written to on WhatsApp, at the number above, and who recorded it. */
    whatsappAgreedAt: instant().nullable(),
    whatsappAgreedBy: p.text().nullable(),
    /** JSON, as the two after it. */
    addressCipher: cipher().nullable(),
    emergencyContactCipher: cipher().nullable(),
    priorCareCipher: cipher().nullable(),
    historyCipher: cipher().nullable(),
    bloodGroup: p.enum(bloodGroups).nullable(),
    heightCm: p.float().nullable(),
    weightKg: p.float().nullable(),
    createdAt: instant(),
    version: p.integer().version(),
  },
})
export class Patient extends PatientSchema.class {}
PatientSchema.setClass(Patient)

/** A patient's file with one hospital, under that hospital's medical record number. */
export const RegistrationSchema = defineEntity({
  name: 'Registration',
  tableName: 'registration',
  properties: {
    id: id(),
    hospitalId: p.uuid(),
    patientId: p.uuid().index(),
    mrn: p.text(),
    createdAt: instant(),
    /** Who registered the patient, or the offer by which the patient came. Unknown for files of the first days. */
    grantedBy: p.text().nullable(),
    removedAt: instant().nullable(),
  },
  uniques: [
    { name: 'registration_mrn_uq', properties: ['hospitalId', 'mrn'] },
    { name: 'registration_patient_uq', properties: ['hospitalId', 'patientId'] },
  ],
})
export class Registration extends RegistrationSchema.class {}
RegistrationSchema.setClass(Registration)
