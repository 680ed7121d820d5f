import { violatedConstraint } from '../database/sql-state.ts'
import type { Transaction } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { DomainError } from '../kernel/errors.ts'
import { actorKey } from '../policy/actor.ts'
import { Appointment, type AppointmentKind, type AppointmentMode } from './appointment.entity.ts'
import type { Span } from './span.ts'
import { sealText } from './texts.ts'

interface NewAppointment {
  hospitalId: string
  patientId: string | null
  membershipId: string
  span: Span
  mode: AppointmentMode | null
  kind: AppointmentKind
  bookedAs: 'patient' | 'staff'
  reason: string | null
  doctorNote?: string | null
  patientNote?: string | null
  rescheduledFrom?: string | null
  careTeamMemberId?: string | null
}

/** Writes an appointment, unless its time is taken. @throws DomainError `slot_taken` */
export async function storeAppointment(tx: Transaction, ctx: Ctx, given: NewAppointment): Promise<string> {
  const id = ctx.newId()
  const { keys } = ctx.db
  const { span, reason, doctorNote = null, patientNote = null, rescheduledFrom = null, ...facts } = given
  tx.em.create(Appointment, {
    ...facts,
    ...span,
    id,
    status: 'scheduled',
    reasonCipher: sealText(keys, { column: 'reason', id }, reason),
    doctorNoteCipher: sealText(keys, { column: 'doctor_note', id }, doctorNote),
    patientNoteCipher: sealText(keys, { column: 'patient_note', id }, patientNote),
    bookedBy: actorKey(ctx.actor),
    bookedAt: ctx.now(),
    cancelledAs: null,
    cancelledBy: null,
    cancelledAt: null,
    cancellationCipher: null,
    rescheduledFrom,
    careTeamMemberId: given.careTeamMemberId ?? null,
  })
  try {
    await tx.em.flush()
  } catch (error) {
    throw slotError(error)
  }
  return id
}

function slotError(error: unknown): unknown {
  switch (violatedConstraint(error)) {
    case 'appointment_doctor_ex':
      return new DomainError('slot_taken', 'The doctor is not free then.', { field: 'startsAt' })
    case 'appointment_patient_ex':
      return new DomainError('slot_taken', 'The patient has another appointment then.', { field: 'startsAt' })
    default:
      return error
  }
}
