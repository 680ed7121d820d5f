import { LockMode } from '@mikro-orm/core'
import type { Transaction } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { notFound, staleVersion } from '../kernel/errors.ts'
import { type Access, authorize } from '../policy/authorize.ts'
import { authorizeFound } from '../policy/authorize-row.ts'
import type { Action } from '../policy/permissions.ts'
import { Appointment } from './appointment.entity.ts'
import { lockCalendars } from './doctor-of.ts'

interface FoundAppointment {
  access: Access
  hospitalId: string
  membershipId: string
  /** Null of a blocked span. */
  patientId: string | null
}

/** Finds an appointment and asks for leave on its patient; what one may not see is not there. */
export async function authorizeAppointment(ctx: Ctx, action: Action, id: string): Promise<FoundAppointment> {
  const inGeneral = await authorize(ctx, action, { type: 'hospital' })
  const [found] = await ctx.sql<Omit<FoundAppointment, 'access'>>({
    name: 'appointment_found',
    text: `select hospital_id "hospitalId", membership_id "membershipId", patient_id "patientId"
             from appointment where id = $1`,
    values: [id],
  })
  if (found?.patientId === null && isOwnBlock(inGeneral, found)) return { access: inGeneral, ...found }
  return authorizeFound(ctx, action, { row: found, resource: 'appointment' })
}

/** A blocked span is nobody's record: the desk's, the administrators' and the doctor's who keeps it. */
function isOwnBlock(access: Access, { hospitalId, membershipId }: Omit<FoundAppointment, 'access'>): boolean {
  if (access.reach === 'self' || access.hospitalId !== hospitalId) return false
  return access.reach === 'hospital' || access.membershipId === membershipId
}

/** The same for changing it: of the staff that cares for a patient only the doctor whose calendar it stands in. */
export async function authorizeCalendar(ctx: Ctx, action: Action, id: string): Promise<FoundAppointment> {
  const found = await authorizeAppointment(ctx, action, id)
  assertOwnCalendar(found.access, found.membershipId, 'appointment')
  return found
}

/** @throws DomainError `not_found` for a colleague's calendar */
export function assertOwnCalendar(
  access: Access,
  membershipId: string,
  resource: 'appointment' | 'doctor' = 'doctor',
): void {
  if (access.reach === 'care-team' && access.membershipId !== membershipId) throw notFound(resource)
}

/**
 * The appointment as it was read, locked until commit together with its calendar, and others that it may move to.
 *
 * @throws DomainError `stale_version`
 */
export async function lockAppointment(
  tx: Transaction,
  {
    id,
    hospitalId,
    version,
    calendars,
  }: { id: string; hospitalId: string; version: number; calendars: readonly string[] },
): Promise<Appointment> {
  await lockCalendars(tx, calendars)
  const appointment = await tx.em.findOne(Appointment, { id, hospitalId }, { lockMode: LockMode.PESSIMISTIC_WRITE })
  if (!appointment) throw notFound('appointment')
  if (appointment.version !== version) throw staleVersion('appointment')
  return appointment
}

/**
 * Who acts for a patient writes as the system: the doctor's place, hours and calendar are beyond a patient's scope, so each
 * statement says itself which rows it means.
 */
export function actsForPatient({ actor }: Ctx): boolean {
  return actor.kind === 'user' && actor.capacity?.as === 'patient'
}
