import { type Transaction, transact, transactAsSystem } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { DomainError } from '../kernel/errors.ts'
import { actorKey } from '../policy/actor.ts'
import type { Appointment, cancellations } from './appointment.entity.ts'
import { actsForPatient, authorizeCalendar, lockAppointment } from './authorize-appointment.ts'
import { assertLeadsTo } from './states.ts'
import { closePlace } from './team-place.ts'
import { sealText } from './texts.ts'

interface CancelInput {
  id: string
  /** The version that was read; another one in the meantime is `stale_version`. */
  version: number
  reason?: string | null | undefined
}

/**
 * Cancels an appointment: its time is free again, and who cancelled it, when and why stays. A patient the own one, before
 * it begins; a doctor in the own calendar; the desk any. Of a blocked span, it opens it.
 *
 * @throws DomainError `conflict` for what is over, `stale_version`
 */
export function cancelAppointment(ctx: Ctx, input: CancelInput): Promise<{ version: number }> {
  return actsForPatient(ctx)
    ? transactAsSystem(ctx, (tx) => cancel(tx, ctx, input))
    : transact(ctx, (tx) => cancel(tx, ctx, input))
}

async function cancel(
  tx: Transaction,
  ctx: Ctx,
  { id, version, reason = null }: CancelInput,
): Promise<{ version: number }> {
  // Within: a doctor who loses sight of the patient by this very act still gets its answer under the same idempotency key.
  const { access, hospitalId, membershipId, patientId } = await authorizeCalendar(ctx, 'appointment.book', id)
  const appointment = await lockAppointment(tx, { id, hospitalId, version, calendars: [membershipId] })
  const from = appointment.status
  assertLeadsTo(from, 'cancelled')
  const isOwn = access.reach === 'self'
  if (isOwn) assertNotBegun(ctx, appointment)
  await markCancelled(tx, ctx, { appointment, as: isOwn ? 'patient' : 'staff', reason })
  if (from !== 'in_progress') await closePlace(tx, ctx, appointment)
  tx.audit({
    hospitalId,
    action: 'appointment.cancel',
    resource: { type: 'appointment', id },
    patientIds: patientId === null ? [] : [patientId],
    changed: ['status'],
    detail: { from, status: 'cancelled' },
  })
  return { version: appointment.version }
}

/** Whoever did not come has not cancelled. @throws DomainError `conflict` */
export function assertNotBegun(ctx: Pick<Ctx, 'now'>, { startsAt, status }: Appointment): void {
  if (status !== 'in_progress' && startsAt > ctx.now()) return
  throw new DomainError('conflict', 'The appointment’s time has begun.', {
    field: 'status',
    expected: 'before it begins',
  })
}

/** Frees its time, with who, when and why. The appointment must be locked. */
export async function markCancelled(
  tx: Transaction,
  ctx: Ctx,
  { appointment, as, reason }: { appointment: Appointment; as: (typeof cancellations)[number]; reason: string | null },
): Promise<void> {
  appointment.status = 'cancelled'
  appointment.cancelledAs = as
  appointment.cancelledBy = actorKey(ctx.actor)
  appointment.cancelledAt = ctx.now()
  appointment.cancellationCipher = sealText(ctx.db.keys, { column: 'cancellation', id: appointment.id }, reason)
  await tx.em.flush()
}
