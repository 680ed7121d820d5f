import { defineEntity, p } from '@mikro-orm/core'
import { id, instant } from '../kernel/columns.ts'

/** The source of clinical access: a member of staff cares for one patient, or for whoever lies in a ward. */
export const CareTeamMemberSchema = defineEntity({
  name: 'CareTeamMember',
  tableName: 'care_team_member',
  properties: {
    id: id(),
    hospitalId: p.uuid(),
    membershipId: p.uuid(),
    patientId: p.uuid().nullable().index(),
    wardId: p.uuid().nullable().index(),
    since: instant(),
    until: instant().nullable(),
    grantedBy: p.text(),
  },
  indexes: [
    { properties: ['membershipId'] },
    {
      name: 'care_team_active_uq',
      expression: `create unique index care_team_active_uq on care_team_member (membership_id, patient_id, ward_id) nulls not distinct where until is null`,
    },
  ],
  checks: [{ name: 'care_team_subject_ck', expression: `(patient_id is null) <> (ward_id is null)` }],
})
export class CareTeamMember extends CareTeamMemberSchema.class {}
CareTeamMemberSchema.setClass(CareTeamMember)
