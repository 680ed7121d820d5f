import type { Capacity } from '../policy/actor.ts'

/** What `app_user u` may act as, as JSON. */
export const capacitiesOf = `coalesce((select jsonb_agg(jsonb_build_object('as', 'staff', 'membershipId', m.id,
      'hospitalId', m.hospital_id, 'role', m.role) order by m.id)
    from membership m where m.user_id = u.id and m.ended_at is null), '[]')
  || coalesce((select jsonb_agg(jsonb_build_object('as', 'patient', 'patientId', a.patient_id,
      'relation', a.relation) order by a.id)
    from patient_access a where a.user_id = u.id and a.revoked_at is null), '[]')
  || coalesce((select jsonb_agg(jsonb_build_object('as', 'platform', 'platformAdminId', g.id))
    from platform_admin g where g.user_id = u.id and g.revoked_at is null), '[]')`

/** What a request sends as `actingAs` to act in it. */
export function capacityId(capacity: Capacity): string {
  switch (capacity.as) {
    case 'staff':
      return capacity.membershipId
    case 'patient':
      return capacity.patientId
    case 'platform':
      return capacity.platformAdminId
  }
}
