import { type Transaction, transact, transactAsSystem } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { notFound } from '../kernel/errors.ts'
import { authorize } from '../policy/authorize.ts'
import type { AppointmentKind, AppointmentMode } from './appointment.entity.ts'
import { actsForPatient, assertOwnCalendar } from './authorize-appointment.ts'
import { assertOpenToPatients, holdDoctor, holdFile, lockCalendars } from './doctor-of.ts'
import { minutesLimits, spanOf } from './span.ts'
import { storeAppointment } from './store-appointment.ts'
import { openPlace } from './team-place.ts'

/** Staff enter whoever comes in without an appointment after they came. */
const walkInMinutes = 15

export interface BookInput {
  patientId: string
  /** The doctor's. */
  membershipId: string
  /** Now or later, within two years; staff also a quarter of an hour after it began. */
  startsAt: string
  /** 5 to 720; half an hour unless given. */
  minutes?: number | undefined
  mode: AppointmentMode
  kind?: Exclude<AppointmentKind, 'blocked'> | undefined
  /** What the patient comes for. */
  reason?: string | null | undefined
}

/**
 * Books a patient's time with a doctor. The patient, where the hospital has a file and the doctor takes patients; the desk
 * and administrators, for any patient; a doctor, in the own calendar, for whom they care for already. The doctor comes onto
 * the patient's team, so that they see who is coming.
 *
 * @throws DomainError `slot_taken`, the same to whoever loses a race; `conflict` for a doctor who takes no patients
 */
export function bookAppointment(ctx: Ctx, input: BookInput): Promise<{ id: string; version: number }> {
  return actsForPatient(ctx)
    ? transactAsSystem(ctx, (tx) => book(tx, ctx, input))
    : transact(ctx, (tx) => book(tx, ctx, input))
}

async function book(tx: Transaction, ctx: Ctx, input: BookInput): Promise<{ id: string; version: number }> {
  const { patientId, membershipId, mode, kind = 'regular', reason = null } = input
  const access = await authorize(ctx, 'appointment.book', { type: 'patient', id: patientId })
  assertOwnCalendar(access, membershipId)
  const isOwn = access.reach === 'self'
  const span = spanOf(ctx, {
    startsAt: input.startsAt,
    minutes: input.minutes ?? minutesLimits.usual,
    begunMinutesAgo: isOwn ? 0 : walkInMinutes,
  })
  await lockCalendars(tx, [membershipId])
  const doctor = await holdDoctor(tx, { membershipId, hospitalId: access.hospitalId })
  const { hospitalId } = doctor
  // A hospital that has no file of the patient has no doctors for the patient either.
  if (!(await holdFile(tx, { hospitalId, patientId }))) throw notFound('doctor')
  if (isOwn)
    await assertOpenToPatients(tx, { doctor, membershipId, patientId, span, bookedAs: 'patient', now: ctx.now() })
  const careTeamMemberId = await openPlace(tx, ctx, { hospitalId, membershipId, patientId })
  const id = await storeAppointment(tx, ctx, {
    hospitalId,
    patientId,
    membershipId,
    span,
    mode,
    kind,
    reason,
    bookedAs: isOwn ? 'patient' : 'staff',
    careTeamMemberId,
  })
  tx.audit({
    hospitalId,
    action: 'appointment.book',
    resource: { type: 'appointment', id },
    patientIds: [patientId],
    detail: { membershipId, kind, mode },
  })
  return { id, version: 1 }
}
