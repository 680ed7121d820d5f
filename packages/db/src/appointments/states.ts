import { DomainError } from '../kernel/errors.ts'

export const appointmentStatuses = [
  'scheduled',
  'confirmed',
  'in_progress',
  'completed',
  'cancelled',
  'no_show',
] as const
export type AppointmentStatus = (typeof appointmentStatuses)[number]

/** Which state leads to which. What is not here cannot happen; the last three are the end. */
export const nextStatuses: Readonly<Record<AppointmentStatus, readonly AppointmentStatus[]>> = {
  scheduled: ['confirmed', 'in_progress', 'no_show', 'cancelled'],
  confirmed: ['in_progress', 'no_show', 'cancelled'],
  in_progress: ['completed', 'cancelled'],
  completed: [],
  cancelled: [],
  no_show: [],
}

/** Not begun: may still be moved. */
export const pendingStatuses: readonly AppointmentStatus[] = ['scheduled', 'confirmed']
/** Expects the patient, or has the patient here: takes the patient's time. */
export const openStatuses: readonly AppointmentStatus[] = [...pendingStatuses, 'in_progress']
/** Takes the doctor's. */
export const occupyingStatuses: readonly AppointmentStatus[] = ['scheduled', 'confirmed', 'in_progress', 'completed']

/** What `setAppointmentStatus` leads to; cancelling is a verb of its own. */
export type SettableStatus = 'confirmed' | 'in_progress' | 'completed' | 'no_show'

/** @throws DomainError `conflict` */
export function assertLeadsTo(from: AppointmentStatus, to: AppointmentStatus): void {
  if (!nextStatuses[from].includes(to)) throw wrongState(from)
}

/** @throws DomainError `conflict` for what began, was cancelled or is over */
export function assertPending(status: AppointmentStatus): void {
  if (!pendingStatuses.includes(status)) throw wrongState(status)
}

function wrongState(status: AppointmentStatus): DomainError {
  const next = nextStatuses[status]
  return new DomainError('conflict', `The appointment is ${status}.`, {
    field: 'status',
    expected: next.length === 0 ? 'nothing: it is over' : `one of ${next.join(', ')}`,
  })
}
