import type { Query } from '../database/sql.ts'
import type { Span } from './span.ts'

/**
 * SQL of when a doctor `d` of hospital `h` begins and ends to work on a day of the hospital's wall clock. A shift that ends
 * before it starts ends on the next day; who has named no hours has the whole day, of 23, 24 or 25 hours.
 */
export const opensOn = (day: string) => `((${day} + coalesce(d.shift_start, '00:00')::time) at time zone h.time_zone)`
export const closesOn = (day: string) =>
  `((${day} + (d.shift_start is null or d.shift_end <= d.shift_start)::int
     + coalesce(d.shift_end, '00:00')::time) at time zone h.time_zone)`

/** Whether the doctor works for all of the span; always, for who has named no hours. */
export async function isWithinHours(
  sql: Query,
  { membershipId, startsAt, endsAt }: Span & { membershipId: string },
): Promise<boolean> {
  // The shift that began on the day before may go on past midnight.
  const day = `(($2::timestamptz at time zone h.time_zone)::date - back)`
  const rows = await sql({
    text: `select 1 from doctor_profile d join hospital h on h.id = d.hospital_id, generate_series(0, 1) back
            where d.membership_id = $1
              and (d.shift_start is null or ($2::timestamptz >= ${opensOn(day)} and $3::timestamptz <= ${closesOn(day)}))`,
    values: [membershipId, startsAt, endsAt],
  })
  return rows.length > 0
}
