import type { Query } from '../../database/sql.ts'

/** SQL: two directives are of one purpose and one recipient. */
export const sameSubject = (one: string, other: string) => `${one}.purpose = ${other}.purpose
  and ${one}.recipient_hospital_id is not distinct from ${other}.recipient_hospital_id
  and ${one}.recipient_role is not distinct from ${other}.recipient_role
  and ${one}.recipient_membership_id is not distinct from ${other}.recipient_membership_id`

/** SQL: when a directive, or a limit, holds. */
export const spanOf = (row: string) => `tstzrange(${row}.effective_from, ${row}.effective_until)`

/**
 * What a merge does to the rows of the file that goes, table by table. A test holds this list against the catalogue.
 *
 * Rows move by changing `patient_id` and nothing else; none is moved where the surviving file has its like already
 * (`unless`, with `t` for the row), since the database allows one of them.
 */
export const movedTables: Readonly<Record<string, { unless?: string }>> = {
  admission: {},
  alarm: {},
  appointment: {},
  care_team_member: {
    unless: `t.until is null and exists (select 1 from care_team_member o
               where o.patient_id = $2 and o.membership_id = t.membership_id and o.until is null)`,
  },
  break_glass_grant: {},
  care_case: {},
  clinical_entry: {},
  consent_directive: {
    unless: `t.superseded_at is null and exists (select 1 from consent_directive o
               where o.patient_id = $2 and o.superseded_at is null and ${sameSubject('o', 't')}
                 and ${spanOf('o')} && ${spanOf('t')})`,
  },
  device_assignment: {},
  invitation: {},
  patient_access: {
    unless: `t.revoked_at is null and exists (select 1 from patient_access o
               where o.patient_id = $2 and o.user_id = t.user_id and o.revoked_at is null)`,
  },
  privacy_notice: {},
  sent_document: {},
  threshold: {
    unless: `exists (select 1 from threshold o
               where o.hospital_id = t.hospital_id and o.patient_id = $2 and o.parameter = t.parameter and o.level = t.level
                 and ${spanOf('o')} && ${spanOf('t')})`,
  },
  visit: {},
}

/** What belongs to rows above and goes where they go, whoever wrote it and when: a foreign key takes it along. */
export const followingTables: Readonly<Record<string, string>> = {
  care_case_event: 'care_case',
  visit_internal_note: 'visit',
  visit_revision: 'visit',
}

/**
 * What stays under the id of the file that went, with the reason. Readers of the surviving file ask `merged_records()`
 * which ids are its own.
 */
export const stayingTables: Readonly<Record<string, string>> = {
  registration_offer: 'a code of a quarter of an hour; one that was redeemed says by whom',
  registration: 'taken out instead: its number stays findable and leads to the surviving file',
  vital_reading: 'millions of rows; history and statistics read all ids of the person',
  vital_hourly: 'as the readings',
  patient_monitor: 'a file that goes is not admitted, so its monitor is at rest',
  event: 'kept a week for streams that resume, which only admitted patients have',
  symptom_check: 'what was asked stays as it was asked; readers ask for all ids of the person',
  patient_merge: 'says what was merged into the file that goes, and still holds',
  erasure: 'a file that was erased cannot be merged',
}

/** Moves what can be moved and writes down every row. Both files must be locked. */
export async function moveRows(
  sql: Query,
  { mergeId, hospitalId, from, to }: { mergeId: string; hospitalId: string; from: string; to: string },
): Promise<number> {
  await deferFiling(sql)
  let count = 0
  for (const [table, { unless }] of Object.entries(movedTables)) {
    const rows = await sql({
      text: `with moved as (
               update ${table} t set patient_id = $2 where t.patient_id = $1 ${unless === undefined ? '' : `and not (${unless})`}
               returning t.id)
             insert into patient_merge_row (merge_id, hospital_id, table_name, row_id, change)
             select $3, $4, '${table}', id, 'moved' from moved returning row_id`,
      values: [from, to, mergeId, hospitalId],
    })
    count += rows.length
  }
  return count
}

/** Moves back what this merge moved, as far as it is still there. */
export async function moveRowsBack(
  sql: Query,
  { mergeId, from, to }: { mergeId: string; from: string; to: string },
): Promise<number> {
  await deferFiling(sql)
  let count = 0
  for (const table of Object.keys(movedTables)) {
    const rows = await sql({
      text: `update ${table} t set patient_id = $2 from patient_merge_row m
              where m.merge_id = $3 and m.table_name = '${table}' and m.change = 'moved' and t.id = m.row_id
                and t.patient_id = $1 returning t.id`,
      values: [from, to, mergeId],
    })
    count += rows.length
  }
  return count
}

/** Cases and their visits go one after the other; that they are one patient's is looked at when both have gone. */
async function deferFiling(sql: Query): Promise<void> {
  await sql({ text: 'set constraints visit_case_fk deferred' })
}
