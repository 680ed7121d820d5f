import type { Capacity } from '../policy/actor.ts'

/** A capacity with whether it is withheld for now: its hospital wants a second factor that the login does not have. */
export type StoredCapacity = Capacity & { isWithheld: boolean }

/** Whether `app_user u` has a factor besides the password. Recovery codes are none: they stand in for a lost one. */
export const hasFactor = `(exists (select 1 from totp_factor t where t.user_id = u.id and t.confirmed_at is not null)
  or exists (select 1 from passkey k where k.user_id = u.id))`

/** What `app_user u` may act as, as JSON. Programs have no second factor and need none. */
export const capacitiesOf = `coalesce((select jsonb_agg(jsonb_build_object('as', 'staff', 'membershipId', m.id,
      'hospitalId', m.hospital_id, 'role', m.role,
      'isWithheld', u.kind = 'person' and coalesce(p.required_from <= now(), false) and not ${hasFactor}) order by m.id)
    from membership m left join mfa_policy p on p.hospital_id = m.hospital_id
   where m.user_id = u.id and m.ended_at is null), '[]')
  || coalesce((select jsonb_agg(jsonb_build_object('as', 'patient', 'patientId', a.patient_id,
      'relation', a.relation, 'isWithheld', false) order by a.id)
    from patient_access a where a.user_id = u.id and a.revoked_at is null), '[]')
  || coalesce((select jsonb_agg(jsonb_build_object('as', 'platform', 'platformAdminId', g.id, 'isWithheld', false))
    from platform_admin g where g.user_id = u.id and g.revoked_at is null), '[]')`

/** What the login may act as now, and what it may not until it has a second factor. */
export function sortCapacities(stored: readonly StoredCapacity[]): { capacities: Capacity[]; withheld: Capacity[] } {
  const capacities: Capacity[] = []
  const withheld: Capacity[] = []
  for (const { isWithheld, ...capacity } of stored) (isWithheld ? withheld : capacities).push(capacity)
  return { capacities, withheld }
}

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
