import type { KeyRing } from '../encryption/key-ring.ts'
import { normaliseEmail } from '../identity/email.ts'
import type { bloodGroups, Patient } from './patient.entity.ts'
import { normalisePhone } from './phone.ts'

export interface Address {
  street: string
  postalCode?: string | undefined
  city?: string | undefined
  region?: string | undefined
  /** ISO 3166-1 alpha-2. */
  country?: string | undefined
}

export interface EmergencyContact {
  name: string
  /** E.164 when read. */
  phone: string
  relation?: string | undefined
}

/** What another clinician did before this hospital: as told, in words. */
export interface PriorCare {
  sawAnotherDoctor: boolean
  doctorName?: string | undefined
  specialty?: string | undefined
  clinic?: string | undefined
  date?: string | undefined
  symptoms?: string | undefined
  diagnosis?: string | undefined
  medicines?: string | undefined
  duration?: string | undefined
  response?: 'improved' | 'partial_improvement' | 'no_change' | 'worsened' | undefined
  tests?: string | undefined
  reasonForChange?: string | undefined
  ongoingTreatment?: string | undefined
  currentMedicines?: string | undefined
}

/** How a patient is reached; the patient keeps it up themselves. Null takes a value out. */
export interface ContactFields {
  phone?: string | null | undefined
  email?: string | null | undefined
  address?: Address | null | undefined
  emergencyContact?: EmergencyContact | null | undefined
  /** Whether the patient agrees to be written to on WhatsApp, at this number: a new one asks anew. */
  agreesToWhatsApp?: boolean | undefined
}

/** What only clinicians write after the registration. */
export interface ClinicalFields {
  /** Free text; readable by the care team and the patient. */
  history?: string | null | undefined
  priorCare?: PriorCare | null | undefined
  bloodGroup?: (typeof bloodGroups)[number] | null | undefined
  heightCm?: number | null | undefined
  weightKg?: number | null | undefined
}

export const contactFields = ['phone', 'email', 'address', 'emergencyContact', 'agreesToWhatsApp'] as const
export const clinicalFields = ['history', 'priorCare', 'bloodGroup', 'heightCm', 'weightKg'] as const

type Sealed = Partial<
  Pick<
    Patient,
    | 'phoneCipher'
    | 'phoneIndex'
    | 'emailCipher'
    | 'emailIndex'
    | 'addressCipher'
    | 'emergencyContactCipher'
    | 'priorCareCipher'
    | 'historyCipher'
    | 'bloodGroup'
    | 'heightCm'
    | 'weightKg'
  >
>

/**
 * The columns of a patient's row for the fields that are given, in normal form and encrypted.
 *
 * @throws DomainError `invalid` for a phone number or an address that is none
 */
export function sealFields(keys: KeyRing, id: string, fields: ContactFields & ClinicalFields): Sealed {
  const seal = (column: string, text: string | null) =>
    text === null ? null : keys.encrypt(text, { table: 'patient', column, id })
  const sealed: Sealed = {}
  const { phone, email, address, emergencyContact, history, priorCare, bloodGroup, heightCm, weightKg } = fields
  if (phone !== undefined) {
    const normal = phone === null ? null : normalisePhone(phone)
    sealed.phoneCipher = seal('phone', normal)
    sealed.phoneIndex = normal === null ? null : keys.blindIndex('phone', normal)
  }
  if (email !== undefined) {
    const normal = email === null ? null : normaliseEmail(email)
    sealed.emailCipher = seal('email', normal)
    sealed.emailIndex = normal === null ? null : keys.blindIndex('email', normal)
  }
  if (address !== undefined) sealed.addressCipher = seal('address', toJson(address))
  if (emergencyContact !== undefined) {
    const contact = emergencyContact && {
      ...emergencyContact,
      phone: normalisePhone(emergencyContact.phone, 'emergencyContact.phone'),
    }
    sealed.emergencyContactCipher = seal('emergency_contact', toJson(contact))
  }
  if (history !== undefined) sealed.historyCipher = seal('history', history)
  if (priorCare !== undefined) sealed.priorCareCipher = seal('prior_care', toJson(priorCare))
  if (bloodGroup !== undefined) sealed.bloodGroup = bloodGroup
  if (heightCm !== undefined) sealed.heightCm = heightCm
  if (weightKg !== undefined) sealed.weightKg = weightKg
  return sealed
}

/**
 * The columns of the agreement to WhatsApp. It is of a number: another one ends it, unless the patient agrees anew in the
 * same breath; one that holds keeps its day.
 */
export function agreementColumns(
  agrees: boolean | undefined,
  { holds, isNewNumber, recordedBy, at }: { holds: boolean; isNewNumber: boolean; recordedBy: string; at: Date },
): Partial<Pick<Patient, 'whatsappAgreedAt' | 'whatsappAgreedBy'>> {
  if (agrees === true) return holds && !isNewNumber ? {} : { whatsappAgreedAt: at, whatsappAgreedBy: recordedBy }
  return agrees === false || isNewNumber ? { whatsappAgreedAt: null, whatsappAgreedBy: null } : {}
}

function toJson(value: object | null): string | null {
  return value === null ? null : JSON.stringify(value)
}

/** A ciphered column of a patient's row in clear; null when there is nothing in it. */
export function openText(keys: KeyRing, id: string, column: string, stored: Buffer | null): string | null {
  return stored === null ? null : keys.decrypt(stored, { table: 'patient', column, id })
}

/** The same for a column of JSON; its form is what `sealFields` wrote. */
export function openJson(keys: KeyRing, id: string, column: string, stored: Buffer | null): unknown {
  const text = openText(keys, id, column, stored)
  return text === null ? null : JSON.parse(text)
}
