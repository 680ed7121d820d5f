import { permitted, shownAtBedside, type Viewer } from '../consent/permitted.ts'
import type { Query } from '../database/sql.ts'
import type { ConsentScope } from './consent-scope.ts'

/** How one stands to a patient who is registered with one's hospital. */
export interface Standing {
  isWithinReach: boolean
  /** As the patient's directives say. */
  isPermitted: boolean
  /** Break-glass that one has open on the patient. */
  breakGlass: string | null
}

interface Question {
  reach: 'hospital' | 'care-team'
  scope: ConsentScope
  patientId: string
  viewer: Viewer & { hospitalId: string; membershipId: string }
}

/** Relationship, consent and break-glass in one statement; undefined for who is not registered. */
export async function standingTo(
  sql: Query,
  { reach, scope, patientId, viewer }: Question,
): Promise<Standing | undefined> {
  const values: unknown[] = [viewer.hospitalId, patientId, viewer.membershipId, viewer.at]
  const bind = (value: unknown) => `$${values.push(value)}`
  const consent = {
    record: () => permitted(bind, '$2', viewer),
    bedside: () => shownAtBedside(bind, '$2', viewer),
    none: () => 'true',
  }
  const [standing] = await sql<Standing>({
    name: `policy_standing_${reach}_${scope}_${viewer.role}_${viewer.purpose}`,
    text: `select ${reach === 'hospital' ? 'true' : onTeam} "isWithinReach", ${consent[scope]()} "isPermitted",
                  (select g.id from break_glass_grant g
                    where g.membership_id = $3 and g.patient_id = $2 and g.ended_at is null and g.expires_at > $4) "breakGlass"
             from registration r where r.hospital_id = $1 and r.patient_id = $2 and r.removed_at is null`,
    values,
  })
  return standing
}

/** On the team of the patient, or of the ward the patient lies in now. */
const onTeam = `exists (
  select 1 from care_team_member c
   where c.membership_id = $3 and c.until is null
     and (c.patient_id = $2
       or c.ward_id = (select a.ward_id from admission a
                        where a.hospital_id = $1 and a.patient_id = $2 and a.status = 'admitted')))`

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
