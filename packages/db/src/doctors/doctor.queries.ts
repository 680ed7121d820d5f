import type { Query } from '../database/sql.ts'
import type { KeyRing } from '../encryption/key-ring.ts'
import { notFound } from '../kernel/errors.ts'
import type { Qualification } from './doctor-profile.entity.ts'
import { isOnlineAt, type Presence } from './presence.ts'

/** @throws DomainError `not_found` for who is no doctor of the hospital now */
export async function assertDoctor(
  sql: Query,
  { membershipId, hospitalId }: { membershipId: string; hospitalId: string },
): Promise<void> {
  const [doctor] = await sql({
    text: `select 1 from membership where id = $1 and hospital_id = $2 and role = 'doctor' and ended_at is null`,
    values: [membershipId, hospitalId],
  })
  if (!doctor) throw notFound('doctor')
}

/** Of a doctor, what every colleague and the public may know. */
export interface DoctorSummary {
  membershipId: string
  name: string
  designation: string | null
  department: string | null
  specialities: string[]
  isAvailable: boolean
  isOnline: boolean
}

export interface LabContact {
  name: string
  phone: string
}

export interface DoctorDetails extends Omit<DoctorSummary, 'isOnline'> {
  departmentId: string | null
  licenceNumber: string | null
  bio: string | null
  qualifications: Qualification[]
  shift: { start: string; end: string } | null
  labContacts: LabContact[]
  aiEnabled: boolean
  presence: Presence
  since: string
  /** Give it back when changing the profile. */
  version: number
}

/** `$1` is now. */
export const summaryColumns = `m.id "membershipId", u.name, d.designation, dep.name department, d.specialities,
  d.is_available "isAvailable", coalesce(${isOnlineAt('$1')}, false) "isOnline"`

export const doctorJoins = `from membership m join doctor_profile d on d.membership_id = m.id
  join app_user u on u.id = m.user_id left join department dep on dep.id = m.department_id`

/** Who is a doctor now. */
export const isPractising = `m.role = 'doctor' and m.ended_at is null and u.disabled_at is null`

export const detailColumns = `${summaryColumns}, d.id "profileId", m.department_id "departmentId",
  d.licence_cipher "licenceCipher", d.bio, d.qualifications, d.shift_start "shiftStart", d.shift_end "shiftEnd",
  d.lab_contacts_cipher "labContactsCipher", d.ai_enabled "aiEnabled", d.last_seen_at "lastSeenAt", m.created_at since,
  d.version`

export interface DoctorDetailRow extends DoctorSummary {
  profileId: string
  departmentId: string | null
  licenceCipher: Buffer | null
  bio: string | null
  qualifications: Qualification[]
  shiftStart: string | null
  shiftEnd: string | null
  labContactsCipher: Buffer | null
  aiEnabled: boolean
  lastSeenAt: string | null
  since: string
  version: number
}

export function doctorDetails(keys: KeyRing, row: DoctorDetailRow): DoctorDetails {
  const { profileId: id, licenceCipher, labContactsCipher, shiftStart, shiftEnd, isOnline, lastSeenAt, ...doctor } = row
  const open = (column: string, cipher: Buffer) => keys.decrypt(cipher, { table: 'doctor_profile', column, id })
  return {
    ...doctor,
    licenceNumber: licenceCipher === null ? null : open('licence', licenceCipher),
    labContacts:
      labContactsCipher === null ? [] : (JSON.parse(open('lab_contacts', labContactsCipher)) as LabContact[]),
    shift: shiftStart === null || shiftEnd === null ? null : { start: shiftStart, end: shiftEnd },
    presence: { online: isOnline, lastSeenAt },
  }
}
