import { permitted } from '../consent/permitted.ts'
import type { Query } from '../database/sql.ts'
import type { DuplicateCandidate } from '../kernel/errors.ts'
import type { Access } from '../policy/authorize.ts'
import { caredFor } from './patient.queries.ts'

export interface NewPerson {
  givenName: string
  familyName: string
  birthDate: string
  /** Blind indexes. */
  phoneIndex: Uint8Array | null
  emailIndex: Uint8Array | null
}

/**
 * From here on two names of people born on the same day count as alike: pg_trgm's similarity, which is above it for one
 * letter changed, names swapped or a second family name, and below it for two people who share a given name.
 */
const likeName = 0.5

/**
 * Files that may be the same person's: the same number or address, or a like name and the same birth date. Only those
 * that the actor may see in a list; for a file that was merged away the one it went into.
 */
export function findDuplicates(
  sql: Query,
  access: Exclude<Access, { reach: 'self' }>,
  person: NewPerson,
): Promise<DuplicateCandidate[]> {
  const isTeam = access.reach === 'care-team'
  const values: unknown[] = [
    access.hospitalId,
    person.phoneIndex,
    person.emailIndex,
    person.birthDate,
    `${person.givenName} ${person.familyName}`,
  ]
  const bind = (value: unknown) => `$${values.push(value)}`
  const within = isTeam ? `and r.patient_id in (${caredFor(bind(access.membershipId))})` : ''
  const consented = permitted(bind, 'r.patient_id', access.viewer)
  return sql<DuplicateCandidate>({
    // Materialised, so that the few that are alike are looked up among the files, and not every file among them.
    text: `with alike as (
             select id, 'phone' match from patient where phone_index = $2
             union all select id, 'email' from patient where email_index = $3
             union all select id, 'name' from patient
                        where birth_date = $4 and similarity(search_name, plain_name($5)) >= ${likeName}),
           same as materialized (select surviving_record(id) id, match from alike)
           select r.patient_id "patientId", array_agg(distinct same.match order by same.match) matches
             from same join registration r on r.patient_id = same.id
            where r.hospital_id = $1 and r.removed_at is null
              ${within} and ${consented}
            group by 1 order by count(distinct same.match) desc, 1 limit 10`,
    values,
  })
}
