import { nobody } from '../kernel/ids.ts'
import type { Access } from '../policy/authorize.ts'
import type { Statement } from '../database/sql.ts'
import type { sexes } from './patient.entity.ts'

export interface PatientRow {
  id: string
  mrn: string
  givenName: string
  familyName: string
  birthDate: string
  sex: (typeof sexes)[number]
  wardId: string | null
  wardName: string | null
  bed: string | null
  admittedAt: string | null
  /** Give it back when changing the file. */
  version: number
  /** Where a following page goes on. */
  cursor: string
}

export interface PatientListFilter {
  search: string | null
  wardId: string | null
  after: string | null
  limit: number
}

const columns = `p.id, r.mrn, p.given_name "givenName", p.family_name "familyName", p.birth_date "birthDate", p.sex,
  a.ward_id "wardId", w.name "wardName", a.bed, a.admitted_at "admittedAt", p.version, r.id cursor`

const joins = `from registration r join patient p on p.id = r.patient_id
  left join admission a on a.patient_id = p.id and a.hospital_id = r.hospital_id and a.status = 'admitted'
  left join ward w on w.id = a.ward_id`

const narrowed = {
  search: `and (r.mrn = $S or (p.given_name || ' ' || p.family_name) ilike '%' || $S || '%')`,
  ward: `and a.ward_id = $W`,
}

/**
 * One page of the patients within one's reach, oldest registration first. The common case (no search, no ward) is one
 * named statement per reach, which is what `npm run bench -- --only patients.list` measures.
 */
export function patientListStatement(access: Access, filter: PatientListFilter): Statement {
  const values: unknown[] = [filter.after ?? nobody, filter.limit]
  const bind = (value: unknown) => `$${values.push(value)}`
  const within =
    access.reach === 'self'
      ? `p.id = ${bind(access.patientId)} and r.removed_at is null`
      : `r.hospital_id = ${bind(access.hospitalId)} and r.removed_at is null${
          access.reach === 'care-team' ? ` and p.id in (${caredFor(bind(access.membershipId))})` : ''
        }`
  const search =
    filter.search === null ? '' : narrowed.search.replaceAll('$S', bind(filter.search.replace(/[\\%_]/g, '\\$&')))
  const ward = filter.wardId === null ? '' : narrowed.ward.replace('$W', bind(filter.wardId))
  return {
    name: `patients_list_${access.reach}${search && '_search'}${ward && '_ward'}`,
    text: `select ${columns} ${joins} where ${within} ${search} ${ward} and r.id > $1 order by r.id limit $2`,
    values,
  }
}

export function patientStatement(patientId: string, hospitalId: string | null): Statement {
  return {
    name: hospitalId === null ? 'patient_self' : 'patient_one',
    text: `select ${columns} ${joins} where p.id = $1 and r.removed_at is null${
      hospitalId === null ? '' : ' and r.hospital_id = $2'
    } order by r.id limit 1`,
    values: hospitalId === null ? [patientId] : [patientId, hospitalId],
  }
}

/** The patients a membership cares for: directly, and through the wards it belongs to. */
export function caredFor(membership: string): string {
  return `select c.patient_id from care_team_member c
           where c.membership_id = ${membership} and c.until is null and c.patient_id is not null
          union all
          select lying.patient_id from care_team_member c join admission lying on lying.ward_id = c.ward_id and lying.status = 'admitted'
           where c.membership_id = ${membership} and c.until is null`
}
