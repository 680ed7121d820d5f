import { transact } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { authorizeStaff } from '../policy/authorize.ts'
import { assertOwnCalendar } from './authorize-appointment.ts'
import { holdDoctor, lockCalendars } from './doctor-of.ts'
import { spanOf } from './span.ts'
import { storeAppointment } from './store-appointment.ts'

interface BlockInput {
  /** The doctor's. */
  membershipId: string
  startsAt: string
  /** 5 to 720. */
  minutes: number
  reason?: string | null | undefined
}

/** Keeps a span of a doctor's calendar free of patients: one's own, or any to the desk. @throws DomainError `slot_taken` */
export async function blockSlot(
  ctx: Ctx,
  { membershipId, reason = null, ...asked }: BlockInput,
): Promise<{ id: string; version: number }> {
  const access = await authorizeStaff(ctx, 'appointment.manage', { type: 'hospital' })
  const { hospitalId } = access
  assertOwnCalendar(access, membershipId)
  return transact(ctx, async (tx) => {
    await lockCalendars(tx, [membershipId])
    await holdDoctor(tx, { membershipId, hospitalId })
    const id = await storeAppointment(tx, ctx, {
      hospitalId,
      patientId: null,
      membershipId,
      span: spanOf(ctx, asked),
      mode: null,
      kind: 'blocked',
      bookedAs: 'staff',
      reason,
    })
    tx.audit({
      hospitalId,
      action: 'appointment.block',
      resource: { type: 'appointment', id },
      patientIds: [],
      detail: { membershipId },
    })
    return { id, version: 1 }
  })
}
