import type { Query } from '../database/sql.ts'
import { isPractising } from '../doctors/doctor.queries.ts'
import type { Ctx } from '../kernel/context.ts'
import { invalid, notFound } from '../kernel/errors.ts'
import { type Access, authorize } from '../policy/authorize.ts'
import { occupies } from './appointment.entity.ts'
import { assertOwnCalendar } from './authorize-appointment.ts'
import { closesOn, opensOn } from './hours.ts'
import { minutesLimits } from './span.ts'

interface FreeSlots {
  /** IANA zone of the hospital, whose day it is. */
  timeZone: string
  /** The doctor's working hours by that clock; null of one who has named none, whose whole day is then open. */
  shift: { start: string; end: string } | null
  /** Whether patients may book; when not, they are shown no slot. */
  isAvailable: boolean
  slots: { startsAt: string; endsAt: string }[]
}

interface Calendar extends Omit<FreeSlots, 'shift' | 'slots'> {
  shiftStart: string | null
  shiftEnd: string | null
}

/**
 * When a doctor is free on a day of the hospital's calendar, in slots of a length from the beginning of the working hours;
 * a night shift's go on into the next day. Of the time that is taken it says nothing but that it is. A doctor's own
 * calendar, any of the hospital's to the desk, and to a patient any at a hospital that has a file.
 */
export async function listFreeSlots(
  ctx: Ctx,
  { membershipId, day, minutes }: { membershipId: string; day: string; minutes: number },
): Promise<FreeSlots> {
  const access = await authorize(ctx, 'appointment.book', { type: 'hospital' })
  assertOwnCalendar(access, membershipId)
  const { least, most } = minutesLimits
  if (minutes < least || minutes > most) throw invalid('minutes', `from ${least} to ${most}`)
  // As the system for the patient: the doctor's calendar is beyond a patient's scope.
  const sql = access.reach === 'self' ? ctx.db.sql : ctx.sql
  const calendar = await findCalendar(sql, access, membershipId)
  const { shiftStart, shiftEnd, ...doctor } = calendar
  const isClosed = access.reach === 'self' && !doctor.isAvailable
  const slots = isClosed ? [] : await freeOn(sql, { membershipId, day, minutes, now: ctx.now() })
  const shift = shiftStart === null || shiftEnd === null ? null : { start: shiftStart, end: shiftEnd }
  return { ...doctor, shift, slots }
}

async function findCalendar(sql: Query, access: Access, membershipId: string): Promise<Calendar> {
  const within =
    access.reach === 'self'
      ? `exists (select 1 from registration r
                  where r.hospital_id = m.hospital_id and r.patient_id = $2 and r.removed_at is null)`
      : 'm.hospital_id = $2'
  const [calendar] = await sql<Calendar>({
    text: `select h.time_zone "timeZone", d.is_available "isAvailable", d.shift_start "shiftStart", d.shift_end "shiftEnd"
             from membership m join doctor_profile d on d.membership_id = m.id join app_user u on u.id = m.user_id
             join hospital h on h.id = m.hospital_id
            where m.id = $1 and ${isPractising} and ${within}`,
    values: [membershipId, access.reach === 'self' ? access.patientId : access.hospitalId],
  })
  if (!calendar) throw notFound('doctor')
  return calendar
}

function freeOn(
  sql: Query,
  { membershipId, day, minutes, now }: { membershipId: string; day: string; minutes: number; now: Date },
): Promise<FreeSlots['slots']> {
  // Steps are of elapsed time, so that a day of 23 or 25 hours has as many slots as it has.
  return sql<FreeSlots['slots'][number]>({
    text: `select s.at "startsAt", s.at + len.gth "endsAt"
             from doctor_profile d join hospital h on h.id = d.hospital_id,
                  (select make_interval(mins => $3::int) gth) len,
                  generate_series(${opensOn('$2::date')}, ${closesOn('$2::date')} - len.gth, len.gth) s(at)
            where d.membership_id = $1 and s.at >= $4
              and not exists (select 1 from appointment a
                               where a.membership_id = $1 and a.${occupies}
                                 and a.starts_at > s.at - interval '12 hours'
                                 and a.starts_at < s.at + len.gth and a.ends_at > s.at)
            order by s.at`,
    values: [membershipId, day, minutes, now],
  })
}
