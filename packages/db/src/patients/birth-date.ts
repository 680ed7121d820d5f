import type { Query } from '../database/sql.ts'
import { invalid } from '../kernel/errors.ts'

/** The first zones are fourteen hours ahead of UTC. */
const firstZoneMs = 14 * 3_600_000

/** For a patient of no hospital: a day that has begun somewhere. @throws DomainError `invalid` */
export function assertBegun(birthDate: string, now: Date): void {
  if (Date.parse(birthDate) > now.getTime() + firstZoneMs) throw future()
}

/** A day that has begun where the hospital is: east of UTC the newborn of the small hours too. @throws DomainError `invalid` */
export async function assertBegunAt(
  sql: Query,
  { hospitalId, birthDate, now }: { hospitalId: string; birthDate: string; now: Date },
): Promise<void> {
  const begun = await sql({
    text: 'select 1 from hospital where id = $1 and $2::date <= ($3::timestamptz at time zone time_zone)::date',
    values: [hospitalId, birthDate, now],
  })
  if (begun.length === 0) throw future()
}

function future() {
  return invalid('birthDate', 'a day that is not in the future')
}
