import type { Query } from '../../database/sql.ts'

/** A table that holds rows of patients, as the catalogue knows it. */
export interface RecordTable {
  name: string
  columns: readonly { name: string; type: string }[]
  /** Of the primary key, in its order. */
  key: readonly string[]
}

/** Tables whose rows are a patient's although they have no `patient_id`. */
export const reachedOtherwise = ['admission_move', 'audit_entry', 'patient'] as const

/** Every table with a `patient_id`, and those reached otherwise: a new one belongs to the record without further ado. */
export function recordTables(sql: Query): Promise<RecordTable[]> {
  return sql<RecordTable>({
    name: 'record_tables',
    text: `select c.relname::text name,
                  (select jsonb_agg(jsonb_build_object('name', a.attname, 'type', format_type(a.atttypid, null)) order by a.attnum)
                     from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) columns,
                  array(select a.attname::text from pg_index i cross join unnest(i.indkey) with ordinality k(attnum, place)
                          join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
                         where i.indrelid = c.oid and i.indisprimary order by k.place) "key"
             from pg_class c
            where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
              and (c.relname = any($1) or exists (select 1 from pg_attribute a
                     where a.attrelid = c.oid and a.attname = 'patient_id' and not a.attisdropped))
            order by 1`,
    values: [reachedOtherwise],
  })
}

/** Whose rows: the patient's, under all ids of the person, and of one hospital or (null) of all. */
export interface RecordScope {
  patientIds: readonly string[]
  hospitalId: string | null
  /** Read by the patient: without what clinicians note among themselves. */
  isPatients: boolean
}

/** The condition that picks a scope's rows of a table `t`; `$1` are the ids, `$2` is the hospital. */
export function withinScope({ name, columns }: RecordTable): string {
  const has = (column: string) => columns.some((one) => one.name === column)
  const ofHospital = has('hospital_id')
    ? ' and ($2::uuid is null or t.hospital_id = $2)'
    : ' and ($2::uuid is null or true)'
  switch (name) {
    case 'patient':
      return `t.id = any($1)${ofHospital}`
    case 'admission_move':
      return `t.admission_id in (select id from admission where patient_id = any($1))${ofHospital}`
    case 'audit_entry':
      return `t.patient_ids && $1 and ($2::uuid is null or t.chain = $2)`
    default:
      return `t.patient_id = any($1)${ofHospital}`
  }
}

/** The ids of a person: the patient's own and those of files merged into it. */
export async function recordIds(sql: Query, patientId: string): Promise<string[]> {
  const rows = await sql<{ id: string }>({
    name: 'merged_records',
    text: 'select merged_records($1) id',
    values: [patientId],
  })
  return rows.map(({ id }) => id)
}
