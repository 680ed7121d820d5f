import { transact } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { DomainError, invalid } from '../kernel/errors.ts'
import type { Appointment } from './appointment.entity.ts'
import { authorizeCalendar, lockAppointment } from './authorize-appointment.ts'
import { assertLeadsTo, type SettableStatus } from './states.ts'
import { closePlace } from './team-place.ts'

/** The patient may be early; the next week's appointment is not begun today. */
const earlyMinutes = 12 * 60

/**
 * Confirms, begins or completes an appointment, or says that the patient did not come, which frees its time. A doctor in
 * the own calendar, the desk in any. Only from the states that lead there.
 *
 * @throws DomainError `conflict`, `stale_version`
 */
export async function setAppointmentStatus(
  ctx: Ctx,
  { id, version, status }: { id: string; version: number; status: SettableStatus },
): Promise<{ version: number }> {
  return transact(ctx, async (tx) => {
    // Within: a doctor whose place on the team ends with a no-show still gets the answer under the same idempotency key.
    const { hospitalId, membershipId, patientId } = await authorizeCalendar(ctx, 'appointment.manage', id)
    const appointment = await lockAppointment(tx, { id, hospitalId, version, calendars: [membershipId] })
    if (patientId === null) throw invalid('id', 'an appointment of a patient')
    const from = appointment.status
    assertLeadsTo(from, status)
    assertTimely(ctx, appointment, status)
    appointment.status = status
    await tx.em.flush()
    if (status === 'no_show') await closePlace(tx, ctx, appointment)
    tx.audit({
      hospitalId,
      action: 'appointment.set-status',
      resource: { type: 'appointment', id },
      patientIds: [patientId],
      changed: ['status'],
      detail: { from, status },
    })
    return { version: appointment.version }
  })
}

/** @throws DomainError `conflict` */
function assertTimely(ctx: Ctx, { startsAt }: Appointment, status: SettableStatus): void {
  const early = { no_show: 0, in_progress: earlyMinutes, confirmed: Infinity, completed: Infinity }[status]
  if (startsAt.getTime() - ctx.now().getTime() <= early * 60_000) return
  throw new DomainError('conflict', 'It is too early for that.', { field: 'status', expected: 'nearer to its time' })
}
