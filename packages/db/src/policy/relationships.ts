import type { Query } from '../database/sql.ts'

interface PatientOfHospital {
  hospitalId: string
  patientId: string
}

export async function isRegistered(sql: Query, { hospitalId, patientId }: PatientOfHospital): Promise<boolean> {
  const rows = await sql({
    name: 'policy_registered',
    text: 'select 1 from registration where hospital_id = $1 and patient_id = $2 and removed_at is null',
    values: [hospitalId, patientId],
  })
  return rows.length === 1
}

/** On the team of the patient, or of the ward the patient lies in now. */
export async function isOnCareTeam(
  sql: Query,
  { hospitalId, membershipId, patientId }: PatientOfHospital & { membershipId: string },
): Promise<boolean> {
  const rows = await sql({
    name: 'policy_care_team',
    text: `select 1 from registration r
            where r.hospital_id = $1 and r.patient_id = $2 and r.removed_at is null
              and exists (
                select 1 from care_team_member c
                 where c.membership_id = $3 and c.until is null
                   and (c.patient_id = $2
                     or c.ward_id = (select a.ward_id from admission a
                                      where a.hospital_id = $1 and a.patient_id = $2 and a.status = 'admitted')))`,
    values: [hospitalId, patientId, membershipId],
  })
  return rows.length === 1
}

interface WardOfHospital {
  hospitalId: string
  wardId: string
}

export async function isWardOf(sql: Query, { hospitalId, wardId }: WardOfHospital): Promise<boolean> {
  const rows = await sql({
    name: 'policy_ward',
    text: 'select 1 from ward where hospital_id = $1 and id = $2',
    values: [hospitalId, wardId],
  })
  return rows.length === 1
}

export async function isOnWardTeam(
  sql: Query,
  { hospitalId, membershipId, wardId }: WardOfHospital & { membershipId: string },
): Promise<boolean> {
  const rows = await sql({
    name: 'policy_ward_team',
    text: `select 1 from care_team_member
            where hospital_id = $1 and ward_id = $2 and membership_id = $3 and until is null`,
    values: [hospitalId, wardId, membershipId],
  })
  return rows.length === 1
}
