import { literally } from '../database/names.ts'
import { permitted } from '../consent/permitted.ts'
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
  wardId: string | null
  after: string | null
  limit: number
  name?: string | undefined
  birthDate?: string | undefined
  mrn?: string | undefined
  phoneIndex?: Buffer | undefined
  emailIndex?: Buffer | undefined
}

const columns = `p.id, r.mrn, p.given_name "givenName", p.family_name "familyName", p.birth_date "birthDate", p.sex,
  a.ward_id "wardId", w.name "wardName", a.bed, a.admitted_at "admittedAt", p.version, r.id cursor`

const bed = `left join admission a on a.patient_id = p.id and a.hospital_id = r.hospital_id and a.status = 'admitted'
  left join ward w on w.id = a.ward_id`
const joins = `from registration r join patient p on p.id = r.patient_id ${bed}`
/** Whoever signed up by themselves has no file before a hospital makes one. */
const joinsOfSelf = `from patient p left join registration r on r.patient_id = p.id and r.removed_at is null ${bed}`

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
        } and ${permitted(bind, 'r.patient_id', access.viewer)}`
  const { wardId, name, birthDate, mrn, phoneIndex, emailIndex } = filter
  const narrowed: [label: string, condition: string][] = []
  if (wardId !== null) narrowed.push(['ward', `a.ward_id = ${bind(wardId)}`])
  if (name !== undefined) {
    narrowed.push([
      'name',
      access.reach === 'self'
        ? `(p.search_name like '%' || plain_name(${bind(literally(name))}) || '%' or plain_name(${bind(name)}) <% p.search_name)`
        : `p.id = any (array(select patients_named(${bind(literally(name))}, ${bind(name)})))`,
    ])
  }
  if (birthDate !== undefined) narrowed.push(['born', `p.birth_date = ${bind(birthDate)}`])
  if (mrn !== undefined) {
    // Asked once, and not of every row: the hospital is a parameter.
    const files =
      access.reach === 'self' ? 'f.hospital_id = r.hospital_id' : `f.hospital_id = ${bind(access.hospitalId)}`
    const found = `select surviving_record(f.patient_id) from registration f where ${files} and f.mrn = ${bind(mrn)}`
    narrowed.push(['mrn', `p.id = (${found})`])
  }
  // Also what a file says that was merged into this one.
  const survivorOf = (condition: string) =>
    `p.id = any (array(select surviving_record(m.id) from patient m where ${condition}))`
  if (phoneIndex !== undefined) narrowed.push(['phone', survivorOf(`m.phone_index = ${bind(phoneIndex)}`)])
  if (emailIndex !== undefined) narrowed.push(['email', survivorOf(`m.email_index = ${bind(emailIndex)}`)])
  // A search is planned for what is searched: a plan for any name walks the whole list (1.9 s : 15 ms of 50,000 patients).
  const isSearch = narrowed.some(([label]) => label !== 'ward')
  return {
    ...(isSearch
      ? {}
      : { name: ['patients_list', purposeName(access), ...narrowed.map(([label]) => label)].join('_') }),
    text: `select ${columns} ${joins} where ${[within, ...narrowed.map(([, condition]) => condition)].join(' and ')}
             and r.id > $1 order by r.id limit $2`,
    values,
  }
}

function purposeName(access: Access): string {
  return access.reach === 'self' ? 'self' : `${access.reach}_${access.viewer.purpose}`
}

export interface SealedContact {
  phoneCipher: Buffer | null
  emailCipher: Buffer | null
  addressCipher: Buffer | null
  emergencyContactCipher: Buffer | null
  whatsappAgreedAt: string | null
  whatsappAgreedBy: string | null
}

/**
 * One patient with how they are reached, still sealed, and the numbers of files merged into this one. To the patient, who may
 * have files at several hospitals, the one where they lie, or else the oldest.
 */
export function patientStatement(patientId: string, hospitalId: string | null): Statement {
  return {
    name: hospitalId === null ? 'patient_self' : 'patient_one',
    text: `select ${columns}, p.phone_cipher "phoneCipher", p.email_cipher "emailCipher", p.address_cipher "addressCipher",
                  p.emergency_contact_cipher "emergencyContactCipher",
                  p.whatsapp_agreed_at "whatsappAgreedAt", p.whatsapp_agreed_by "whatsappAgreedBy",
                  array(select f.mrn from registration f where f.hospital_id = r.hospital_id and f.patient_id <> $1
                           and f.patient_id in (select merged_records($1)) order by f.id) "formerMrns"
             ${
               hospitalId === null
                 ? `${joinsOfSelf} where p.id = $1`
                 : `${joins} where p.id = $1 and r.removed_at is null and r.hospital_id = $2`
             } order by a.id is null, r.id limit 1`,
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
