import { type Transaction, transact, transactAsSystem } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { notFound } from '../kernel/errors.ts'
import type { Appointment } from './appointment.entity.ts'
import { actsForPatient, assertOwnCalendar, authorizeCalendar, lockAppointment } from './authorize-appointment.ts'
import { assertNotBegun, markCancelled } from './cancel-appointment.ts'
import { assertOpenToPatients, holdDoctor, holdFile } from './doctor-of.ts'
import { minutesOf, spanOf } from './span.ts'
import { assertPending } from './states.ts'
import { storeAppointment } from './store-appointment.ts'
import { closePlace, openPlace } from './team-place.ts'
import { openText } from './texts.ts'

interface RescheduleInput {
  id: string
  /** The version that was read; another one in the meantime is `stale_version`. */
  version: number
  startsAt: string
  /** As long as before unless given. */
  minutes?: number | undefined
  /** Another doctor of the hospital, for the desk to choose. */
  membershipId?: string | undefined
}

/**
 * Moves an appointment that has not begun to another time, or to another doctor. In one transaction the old one is
 * cancelled as `rescheduled` and a new one follows it with the same texts, to be confirmed anew; when the new time is taken
 * the old one stays as it was.
 *
 * @throws DomainError `slot_taken`, `conflict` for what has begun or is over, `stale_version`
 */
export function rescheduleAppointment(ctx: Ctx, input: RescheduleInput): Promise<{ id: string; version: number }> {
  return actsForPatient(ctx)
    ? transactAsSystem(ctx, (tx) => reschedule(tx, ctx, input))
    : transact(ctx, (tx) => reschedule(tx, ctx, input))
}

async function reschedule(
  tx: Transaction,
  ctx: Ctx,
  { id, version, startsAt, ...asked }: RescheduleInput,
): Promise<{ id: string; version: number }> {
  const found = await authorizeCalendar(ctx, 'appointment.book', id)
  const { access, hospitalId, patientId } = found
  const { membershipId = found.membershipId } = asked
  assertOwnCalendar(access, membershipId)
  const old = await lockAppointment(tx, { id, hospitalId, version, calendars: [found.membershipId, membershipId] })
  assertPending(old.status)
  if (access.reach === 'self') assertNotBegun(ctx, old)
  const span = spanOf(ctx, { startsAt, minutes: asked.minutes ?? minutesOf(old) })
  const doctor = await holdDoctor(tx, { membershipId, hospitalId })
  if (patientId !== null && !(await holdFile(tx, { hospitalId, patientId }))) throw notFound('appointment')
  await markCancelled(tx, ctx, { appointment: old, as: 'rescheduled', reason: null })
  if (access.reach === 'self' && patientId !== null) {
    await assertOpenToPatients(tx, { doctor, membershipId, patientId, span, bookedAs: old.bookedAs, now: ctx.now() })
  }
  const careTeamMemberId = patientId === null ? null : await movePlace(tx, ctx, { old, membershipId, patientId })
  const next = await storeAppointment(tx, ctx, {
    ...textsOf(ctx, old),
    hospitalId,
    patientId,
    membershipId,
    span,
    mode: old.mode ?? null,
    kind: old.kind,
    bookedAs: old.bookedAs,
    rescheduledFrom: id,
    careTeamMemberId,
  })
  tx.audit({
    hospitalId,
    action: 'appointment.reschedule',
    resource: { type: 'appointment', id },
    patientIds: patientId === null ? [] : [patientId],
    changed: ['startsAt', ...(membershipId === found.membershipId ? [] : ['membershipId'])],
    detail: { to: next, membershipId },
  })
  return { id: next, version: 1 }
}

/** The place on the team goes along with the doctor; another doctor gets one, and the first no longer needs it. */
async function movePlace(
  tx: Transaction,
  ctx: Ctx,
  { old, membershipId, patientId }: { old: Appointment; membershipId: string; patientId: string },
): Promise<string | null> {
  if (membershipId === old.membershipId) return old.careTeamMemberId ?? null
  await closePlace(tx, ctx, old)
  return openPlace(tx, ctx, { hospitalId: old.hospitalId, membershipId, patientId })
}

/** Deciphered, since a ciphertext opens in its own row alone. */
function textsOf({ db: { keys } }: Ctx, { id, reasonCipher, doctorNoteCipher, patientNoteCipher }: Appointment) {
  return {
    reason: openText(keys, { column: 'reason', id }, reasonCipher),
    doctorNote: openText(keys, { column: 'doctor_note', id }, doctorNoteCipher),
    patientNote: openText(keys, { column: 'patient_note', id }, patientNoteCipher),
  }
}
