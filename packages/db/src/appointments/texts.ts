import type { KeyRing } from '../encryption/key-ring.ts'

/** What describes the patient, and is therefore encrypted; each in a column of its own. */
type AppointmentText = 'reason' | 'doctor_note' | 'patient_note' | 'cancellation'

const place = (column: AppointmentText, id: string) => ({ table: 'appointment', column, id })

interface Sealing {
  column: AppointmentText
  /** Of the appointment. */
  id: string
}

export function sealText(keys: KeyRing, { column, id }: Sealing, text: string | null): Buffer | null {
  return text === null ? null : keys.encrypt(text, place(column, id))
}

export function openText(keys: KeyRing, { column, id }: Sealing, sealed: Uint8Array | null | undefined): string | null {
  return sealed ? keys.decrypt(Buffer.from(sealed), place(column, id)) : null
}
