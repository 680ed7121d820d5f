import { transact } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { invalid } from '../kernel/errors.ts'
import { given } from '../kernel/given.ts'
import type { AppointmentKind, AppointmentMode } from './appointment.entity.ts'
import { authorizeCalendar, lockAppointment } from './authorize-appointment.ts'
import { assertPending } from './states.ts'

interface ChangeInput {
  id: string
  /** The version that was read; another one in the meantime is `stale_version`. */
  version: number
  mode?: AppointmentMode | undefined
  kind?: Exclude<AppointmentKind, 'blocked'> | undefined
}

/** Changes how the two meet, or what for, before they do. Its time is changed by rescheduling. @throws DomainError `conflict` */
export async function changeAppointment(
  ctx: Ctx,
  { id, version, ...asked }: ChangeInput,
): Promise<{ version: number }> {
  const { hospitalId, membershipId, patientId } = await authorizeCalendar(ctx, 'appointment.manage', id)
  if (patientId === null) throw invalid('id', 'an appointment of a patient')
  const fields = given(asked)
  return transact(ctx, async (tx) => {
    const appointment = await lockAppointment(tx, { id, hospitalId, version, calendars: [membershipId] })
    assertPending(appointment.status)
    if (fields.mode !== undefined) appointment.mode = fields.mode
    if (fields.kind !== undefined) appointment.kind = fields.kind
    await tx.em.flush()
    tx.audit({
      hospitalId,
      action: 'appointment.change',
      resource: { type: 'appointment', id },
      patientIds: [patientId],
      changed: Object.keys(fields),
      detail: fields,
    })
    return { version: appointment.version }
  })
}
