import type { Query } from '../database/sql.ts'

export interface HospitalRow {
  id: string
  name: string
  wards: number
  staff: number
  patients: number
  admitted: number
}

/** All hospitals of the database, by name. For the operator: there is no actor who may see them all. */
export function listHospitals(sql: Query): Promise<HospitalRow[]> {
  return sql<HospitalRow>({
    text: `select h.id, h.name,
                  (select count(*) from ward w where w.hospital_id = h.id) wards,
                  (select count(*) from membership m where m.hospital_id = h.id and m.ended_at is null) staff,
                  (select count(*) from registration r where r.hospital_id = h.id and r.removed_at is null) patients,
                  (select count(*) from admission a where a.hospital_id = h.id and a.status = 'admitted') admitted
             from hospital h order by h.name`,
  })
}
