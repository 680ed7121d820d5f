import { recordRead } from '../audit/record-read.ts'
import type { Ctx } from '../kernel/context.ts'
import { notFound } from '../kernel/errors.ts'
import { type AppointmentRow, appointmentColumns, appointmentJoins } from './appointment.queries.ts'
import { authorizeAppointment } from './authorize-appointment.ts'
import { openText } from './texts.ts'

interface AppointmentDetails extends AppointmentRow {
  reason: string | null
  /** The doctor's own: null to everybody else. */
  doctorNote: string | null
  /** For the patient and who treats them; not for the desk. */
  patientNote: string | null
  bookedBy: string | null
  cancelledBy: string | null
  cancellationReason: string | null
}

type StoredRow = Omit<AppointmentDetails, 'reason' | 'doctorNote' | 'patientNote' | 'cancellationReason'> &
  Record<'reasonCipher' | 'doctorNoteCipher' | 'patientNoteCipher' | 'cancellationCipher', Buffer | null>

/** One appointment with its texts: what the patient comes for, and the notes that are for whoever reads. */
export async function getAppointment(ctx: Ctx, { id }: { id: string }): Promise<AppointmentDetails> {
  const { access, hospitalId, patientId } = await authorizeAppointment(ctx, 'appointment.read', id)
  // As the system for the patient: names of staff are beyond a patient's scope.
  const sql = access.reach === 'self' ? ctx.db.sql : ctx.sql
  const [row] = await sql<StoredRow>({
    text: `select ${appointmentColumns}, b.name "bookedBy", c.name "cancelledBy", a.reason_cipher "reasonCipher",
                  a.doctor_note_cipher "doctorNoteCipher", a.patient_note_cipher "patientNoteCipher",
                  a.cancellation_cipher "cancellationCipher"
             ${appointmentJoins}
             left join app_user b on a.booked_by = 'user:' || b.id left join app_user c on a.cancelled_by = 'user:' || c.id
            where a.id = $1 and a.hospital_id = $2`,
    values: [id, hospitalId],
  })
  if (!row) throw notFound('appointment')
  if (patientId !== null) {
    await recordRead(ctx, {
      hospitalId,
      action: 'appointment.read',
      resource: { type: 'appointment', id },
      patientIds: [patientId],
    })
  }
  const { reasonCipher, doctorNoteCipher, patientNoteCipher, cancellationCipher, ...appointment } = row
  const { keys } = ctx.db
  const isTheDoctor = access.reach !== 'self' && access.membershipId === appointment.membershipId
  return {
    ...appointment,
    reason: openText(keys, { column: 'reason', id }, reasonCipher),
    doctorNote: isTheDoctor ? openText(keys, { column: 'doctor_note', id }, doctorNoteCipher) : null,
    patientNote: access.reach === 'hospital' ? null : openText(keys, { column: 'patient_note', id }, patientNoteCipher),
    cancellationReason: openText(keys, { column: 'cancellation', id }, cancellationCipher),
  }
}
