import { recordRead } from '../audit/record-read.ts'
import type { KeyRing } from '../encryption/key-ring.ts'
import type { Ctx } from '../kernel/context.ts'
import { notFound } from '../kernel/errors.ts'
import { authorize } from '../policy/authorize.ts'
import { type Address, type EmergencyContact, openJson, openText, type PriorCare } from './patient-fields.ts'
import type { bloodGroups } from './patient.entity.ts'
import { type PatientRow, patientStatement, type SealedContact } from './patient.queries.ts'

export interface PatientDetails extends Omit<PatientRow, 'mrn' | 'cursor'> {
  /** Null of whoever signed up by themselves, before a hospital has made a file. */
  mrn: string | null
  /** E.164. */
  phone: string | null
  email: string | null
  address: Address | null
  emergencyContact: EmergencyContact | null
  /** Since when the patient agrees to be written to on WhatsApp, and who recorded it; null: not. */
  agreesToWhatsApp: { since: string; recordedBy: string } | null
  /** Numbers of files that were merged into this one: old wristbands and letters carry them. */
  formerMrns: string[]
}

type SealedField = 'phone' | 'email' | 'address' | 'emergencyContact' | 'agreesToWhatsApp'

/** Demographics, how the patient is reached and where the patient lies; nothing clinical. */
export async function getPatient(ctx: Ctx, { patientId }: { patientId: string }): Promise<PatientDetails> {
  const access = await authorize(ctx, 'patient.read', { type: 'patient', id: patientId })
  const [row] = await ctx.sql<Omit<PatientDetails, SealedField> & SealedContact>(
    patientStatement(patientId, access.hospitalId),
  )
  if (!row) throw notFound('patient')
  await recordRead(ctx, {
    hospitalId: access.hospitalId,
    action: 'patient.read',
    resource: { type: 'patient', id: patientId },
    patientIds: [patientId],
  })
  const { keys } = ctx.db
  const { phoneCipher, emailCipher, addressCipher, emergencyContactCipher, ...others } = row
  const { whatsappAgreedAt: since, whatsappAgreedBy: recordedBy, ...patient } = others
  return {
    ...patient,
    phone: openText(keys, patientId, 'phone', phoneCipher),
    email: openText(keys, patientId, 'email', emailCipher),
    address: openJson(keys, patientId, 'address', addressCipher) as Address | null,
    emergencyContact: openJson(keys, patientId, 'emergency_contact', emergencyContactCipher) as EmergencyContact | null,
    agreesToWhatsApp: since === null || recordedBy === null ? null : { since, recordedBy },
  }
}

export interface MedicalHistory {
  patientId: string
  history: string | null
  priorCare: PriorCare | null
  bloodGroup: (typeof bloodGroups)[number] | null
  heightCm: number | null
  weightKg: number | null
  version: number
  /** What the files said that were merged into this one. */
  former: { patientId: string; history: string | null; priorCare: PriorCare | null }[]
}

interface HistoryRow {
  id: string
  historyCipher: Buffer | null
  priorCareCipher: Buffer | null
  bloodGroup: MedicalHistory['bloodGroup']
  heightCm: number | null
  weightKg: number | null
  version: number
}

/** The medical history, deciphered, for those who may read it. */
export async function getHistory(ctx: Ctx, { patientId }: { patientId: string }): Promise<MedicalHistory> {
  const access = await authorize(ctx, 'patient.history.read', { type: 'patient', id: patientId })
  const rows = await ctx.sql<HistoryRow>({
    name: 'patient_history',
    text: `select id, history_cipher "historyCipher", prior_care_cipher "priorCareCipher", blood_group "bloodGroup",
                  height_cm "heightCm", weight_kg "weightKg", version
             from patient where id in (select merged_records($1)) order by (id = $1) desc, id`,
    values: [patientId],
  })
  const [own, ...former] = rows
  if (own?.id !== patientId) throw notFound('patient')
  await recordRead(ctx, {
    hospitalId: access.hospitalId,
    action: 'patient.history.read',
    resource: { type: 'patient', id: patientId },
    patientIds: [patientId],
  })
  const { keys } = ctx.db
  const { bloodGroup, heightCm, weightKg, version } = own
  return {
    ...openHistory(keys, own),
    bloodGroup,
    heightCm,
    weightKg,
    version,
    former: former.map((row) => openHistory(keys, row)),
  }
}

function openHistory(keys: KeyRing, { id, historyCipher, priorCareCipher }: HistoryRow) {
  return {
    patientId: id,
    history: openText(keys, id, 'history', historyCipher),
    priorCare: openJson(keys, id, 'prior_care', priorCareCipher) as PriorCare | null,
  }
}
