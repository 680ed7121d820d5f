import { type Transaction, transact, transactAsSystem } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { DomainError, invalid } from '../kernel/errors.ts'
import { given } from '../kernel/given.ts'
import type { Access } from '../policy/authorize.ts'
import type { Appointment } from './appointment.entity.ts'
import { actsForPatient, authorizeCalendar, lockAppointment } from './authorize-appointment.ts'
import { assertPending } from './states.ts'
import { sealText } from './texts.ts'

interface NoteInput {
  id: string
  /** The version that was read; another one in the meantime is `stale_version`. */
  version: number
  /** What the patient comes for; null takes it away. */
  reason?: string | null | undefined
  /** Seen by the doctor alone. */
  doctorNote?: string | null | undefined
  /** What the doctor wants the patient to read. */
  patientNote?: string | null | undefined
}

type Note = 'reason' | 'doctorNote' | 'patientNote'

/**
 * Replaces what is given, each by whose it is: the reason by the side that booked, before it begins; both notes by the
 * doctor, also when it is over. So nobody overwrites the words of another.
 *
 * @throws DomainError `invalid` for another's, `conflict`, `stale_version`
 */
export function noteAppointment(ctx: Ctx, input: NoteInput): Promise<{ version: number }> {
  return actsForPatient(ctx)
    ? transactAsSystem(ctx, (tx) => write(tx, ctx, input))
    : transact(ctx, (tx) => write(tx, ctx, input))
}

async function write(tx: Transaction, ctx: Ctx, { id, version, ...asked }: NoteInput): Promise<{ version: number }> {
  const found = await authorizeCalendar(ctx, 'appointment.book', id)
  const { access, hospitalId, membershipId, patientId } = found
  const appointment = await lockAppointment(tx, { id, hospitalId, version, calendars: [membershipId] })
  const notes = given(asked)
  for (const field of Object.keys(notes) as Note[]) assertWriter(access, appointment, field)
  const { keys } = ctx.db
  const { reason, doctorNote, patientNote } = notes
  if (reason !== undefined) {
    assertPending(appointment.status)
    appointment.reasonCipher = sealText(keys, { column: 'reason', id }, reason)
  }
  if (doctorNote !== undefined) {
    appointment.doctorNoteCipher = sealText(keys, { column: 'doctor_note', id }, doctorNote)
  }
  if (patientNote !== undefined) {
    appointment.patientNoteCipher = sealText(keys, { column: 'patient_note', id }, patientNote)
  }
  await tx.em.flush()
  tx.audit({
    hospitalId,
    action: 'appointment.note',
    resource: { type: 'appointment', id },
    patientIds: patientId === null ? [] : [patientId],
    changed: Object.keys(notes),
  })
  return { version: appointment.version }
}

/** @throws DomainError `invalid` for what is another's to say; `conflict` for notes where there is nobody to note of */
function assertWriter(access: Access, { bookedAs, membershipId, kind, status }: Appointment, field: Note): void {
  if (field === 'reason') {
    const side = access.reach === 'self' ? 'patient' : 'staff'
    if (side !== bookedAs) throw invalid('reason', `left to the ${bookedAs} who booked`)
    return
  }
  if (access.reach === 'self' || access.membershipId !== membershipId) throw invalid(field, 'left to the doctor')
  if (kind === 'blocked' || status === 'cancelled') {
    throw new DomainError('conflict', 'Nobody comes: there is nothing to note.', { field })
  }
}
