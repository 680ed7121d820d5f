import { recordRead } from '../audit/record-read.ts'
import { permitted } from '../consent/permitted.ts'
import { type Page, pageOf } from '../database/page.ts'
import type { Bind } from '../database/sql.ts'
import type { Ctx } from '../kernel/context.ts'
import { invalid } from '../kernel/errors.ts'
import { caredFor } from '../patients/patient.queries.ts'
import { type Access, authorize } from '../policy/authorize.ts'
import { type AppointmentRow, appointmentColumns, appointmentJoins, dayStart } from './appointment.queries.ts'
import type { AppointmentStatus } from './states.ts'

export interface AppointmentFilter {
  /** A doctor's. */
  membershipId: string | null
  patientId: string | null
  /** YYYY-MM-DD by the hospital's wall clock: whatever has a part of the days from the first to the last of them. */
  from: string | null
  until: string | null
  status: AppointmentStatus | null
  /** `next` of the page before. */
  after: string | null
  limit: number
}

/**
 * Appointments within one's reach by when they begin: a patient's own at every hospital, those of patients one cares for
 * and what is blocked in one's own calendar, or all of the hospital's.
 */
export async function listAppointments(ctx: Ctx, filter: AppointmentFilter): Promise<Page<AppointmentRow>> {
  const { membershipId, patientId, from, until, status, after, limit } = filter
  const access = await authorize(
    ctx,
    'appointment.read',
    patientId === null ? { type: 'hospital' } : { type: 'patient', id: patientId },
  )
  const values: unknown[] = [limit + 1]
  const bind = (value: unknown) => `$${values.push(value)}`
  const conditions = withinReach(access, patientId, bind)
  const hospital =
    access.hospitalId === null || (from ?? until) === null ? 'a.hospital_id' : `${bind(access.hospitalId)}::uuid`
  if (membershipId !== null) conditions.push(`a.membership_id = ${bind(membershipId)}`)
  if (status !== null) conditions.push(`a.status = ${bind(status)}`)
  if (from !== null) {
    const start = dayStart(bind, from, { hospital, plus: 0 })
    // None is longer than twelve hours, which makes a condition on the index of it.
    conditions.push(`a.ends_at > ${start} and a.starts_at > ${start} - interval '12 hours'`)
  }
  if (until !== null) conditions.push(`a.starts_at < ${dayStart(bind, until, { hospital, plus: 1 })}`)
  if (after !== null) {
    const cursor = parseCursor(after)
    conditions.push(`(a.starts_at, a.id) > (${bind(cursor.startsAt)}::timestamptz, ${bind(cursor.id)}::uuid)`)
  }
  // As the system for the patient: names of staff are beyond a patient's scope.
  const sql = access.reach === 'self' ? ctx.db.sql : ctx.sql
  const rows = await sql<AppointmentRow>({
    text: `select ${appointmentColumns} ${appointmentJoins} where ${conditions.join(' and ')}
            order by a.starts_at, a.id limit $1`,
    values,
  })
  const { items, next } = pageOf(rows, limit, ({ startsAt, id }) => `${startsAt}/${id}`)
  await recordRead(ctx, {
    hospitalId: access.hospitalId,
    action: 'appointment.list',
    resource: { type: 'appointment-list', id: null },
    patientIds: [...new Set(items.flatMap((item) => item.patientId ?? []))],
  })
  return { items, next }
}

function withinReach(access: Access, patientId: string | null, bind: Bind): string[] {
  if (access.reach === 'self') return [`a.patient_id = ${bind(access.patientId)}`]
  const ofHospital = `a.hospital_id = ${bind(access.hospitalId)}`
  // Whether this one is within reach was asked already.
  if (patientId !== null) {
    return [ofHospital, `a.patient_id = ${bind(patientId)}`]
  }
  const shown = `(a.patient_id is null or (r.id is not null and ${permitted(bind, 'a.patient_id', access.viewer)}))`
  if (access.reach === 'hospital') return [ofHospital, shown]
  const own = bind(access.membershipId)
  // By ids, so that both halves are looked up in an index; an `or` walks all of the hospital's.
  const within = `select b.id from appointment b where b.membership_id = ${own} and b.patient_id is null
    union all select b.id from appointment b where b.patient_id in (${caredFor(own)})`
  return [ofHospital, shown, `a.id in (${within})`]
}

/** @throws DomainError `invalid` for a cursor that is none of ours */
function parseCursor(text: string): { startsAt: string; id: string } {
  const form = /^(2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/
  const [, startsAt, id] = form.exec(text) ?? []
  // A day that no calendar has is taken for another by JavaScript, and is an error to the database.
  const at = new Date(startsAt ?? Number.NaN)
  if (startsAt === undefined || id === undefined || Number.isNaN(at.getTime()) || at.toISOString() !== startsAt) {
    throw invalid('after', '`next` of the page before')
  }
  return { startsAt, id }
}
