import { Migration } from '@mikro-orm/migrations'

export class Migration20261124170100 extends Migration {
  override name = 'Migration20261124170100'

  override up(): void | Promise<void> {
    this.addSql(
      `create table "clinical_entry" ("id" uuid not null, "hospital_id" uuid not null, "patient_id" uuid not null, "kind" text not null, "status" text not null, "severity" text null, "onset" date null, "content_cipher" bytea not null, "recorded_by" text not null, "recorded_at" timestamptz(3) not null, "changed_by" text null, "changed_at" timestamptz(3) null, "erroneous_by" text null, "erroneous_at" timestamptz(3) null, "reason_cipher" bytea null, "version" int not null default 1, primary key ("id"));`,
    )
    this.addSql(`create index "clinical_entry_patient_id_id_index" on "clinical_entry" ("patient_id", "id");`)

    this.addSql(
      `create table "erasure" ("id" uuid not null, "hospital_id" uuid not null, "patient_id" uuid not null, "erased_by" text not null, "erased_at" timestamptz(3) not null, "reason_cipher" bytea not null, "retain_until" timestamptz(3) null, "purged_at" timestamptz(3) null, "report" jsonb not null, primary key ("id"));`,
    )
    this.addSql(`create index "erasure_hospital_id_index" on "erasure" ("hospital_id");`)
    this.addSql(`create index "erasure_patient_id_index" on "erasure" ("patient_id");`)

    this.addSql(
      `create table "patient_merge" ("id" uuid not null, "hospital_id" uuid not null, "patient_id" uuid not null, "merged_id" uuid not null, "reason_cipher" bytea not null, "merged_by" text not null, "merged_at" timestamptz(3) not null, "undone_by" text null, "undone_at" timestamptz(3) null, "undo_reason_cipher" bytea null, primary key ("id"));`,
    )
    this.addSql(`create index "patient_merge_hospital_id_index" on "patient_merge" ("hospital_id");`)
    this.addSql(`create index "patient_merge_patient_id_index" on "patient_merge" ("patient_id");`)
    this.addSql(`create unique index patient_merge_open_uq on patient_merge (merged_id) where undone_at is null;`)

    this.addSql(
      `create table "patient_merge_row" ("merge_id" uuid not null, "table_name" text not null, "row_id" uuid not null, "hospital_id" uuid not null, "change" text not null, primary key ("merge_id", "table_name", "row_id"));`,
    )

    this.addSql(`alter table "hospital" add "retention_years" int not null default 10;`)

    this.addSql(
      `alter table "patient" add "email_cipher" bytea null, add "email_index" bytea null, add "address_cipher" bytea null, add "emergency_contact_cipher" bytea null, add "prior_care_cipher" bytea null, add "blood_group" text null, add "height_cm" real null, add "weight_kg" real null;`,
    )
    this.addSql(`create index "patient_birth_date_index" on "patient" ("birth_date");`)
    this.addSql(`create index "patient_email_index_index" on "patient" ("email_index");`)
    this.addSql(
      `alter table "patient" add constraint "patient_blood_group_check" check ("blood_group" in ('A+', 'A-', 'B+', 'B-', 'AB+', 'AB-', 'O+', 'O-'));`,
    )

    this.addSql(
      `alter table "clinical_entry" add constraint "clinical_entry_status_ck" check (kind = 'allergy' and status in ('active', 'inactive', 'resolved') or kind = 'condition' and status in ('active', 'remission', 'resolved') or kind = 'medication' and status in ('active', 'on_hold', 'stopped', 'completed'));`,
    )
    this.addSql(
      `alter table "clinical_entry" add constraint "clinical_entry_error_ck" check ((erroneous_at is null) = (erroneous_by is null) and (erroneous_at is null) = (reason_cipher is null));`,
    )
    this.addSql(
      `alter table "clinical_entry" add constraint "clinical_entry_kind_check" check ("kind" in ('allergy', 'condition', 'medication'));`,
    )
    this.addSql(
      `alter table "clinical_entry" add constraint "clinical_entry_severity_check" check ("severity" in ('mild', 'moderate', 'severe'));`,
    )

    this.addSql(`alter table "patient_merge" add constraint "patient_merge_two_ck" check (patient_id <> merged_id);`)
    this.addSql(
      `alter table "patient_merge" add constraint "patient_merge_undone_ck" check ((undone_at is null) = (undone_by is null));`,
    )

    this.addSql(
      `alter table "patient_merge_row" add constraint "patient_merge_row_change_check" check ("change" in ('moved', 'closed'));`,
    )

    const references: [table: string, column: string, target: string][] = [
      ['clinical_entry', 'hospital_id', 'hospital'],
      ['clinical_entry', 'patient_id', 'patient'],
      ['erasure', 'hospital_id', 'hospital'],
      ['erasure', 'patient_id', 'patient'],
      ['patient_merge', 'hospital_id', 'hospital'],
      ['patient_merge', 'patient_id', 'patient'],
      ['patient_merge', 'merged_id', 'patient'],
      ['patient_merge_row', 'merge_id', 'patient_merge'],
      ['patient_merge_row', 'hospital_id', 'hospital'],
    ]
    for (const [table, column, target] of references) {
      this.addSql(
        `alter table ${table} add constraint ${table}_${column}_fk foreign key (${column}) references ${target} (id)`,
      )
    }
    this.addSql('alter table hospital add constraint hospital_retention_ck check (retention_years between 0 and 100)')
    this.recordIds()
  }

  /**
   * As the owner, whatever the caller may see: an old id leads on, and only ids are told.
   * Merges form a forest: a file goes into one other at a time, and one that went can neither go nor take in.
   */
  private recordIds(): void {
    this.addSql(`create function merged_records(person uuid) returns setof uuid language sql stable parallel safe
      security definer set search_path = public as $$
      with recursive part(id) as (
        select person union select m.merged_id from patient_merge m join part on m.patient_id = part.id
         where m.undone_at is null)
      select id from part $$`)
    this.addSql(`comment on function merged_records is
      'The id of a patient and of every file that was merged into it: where its readings lie.'`)
    this.addSql(`create function surviving_record(person uuid) returns uuid language sql stable parallel safe
      security definer set search_path = public as $$
      with recursive up(id, step) as (
        select person, 0 union all select m.patient_id, step + 1 from patient_merge m join up on m.merged_id = up.id
         where m.undone_at is null)
      select id from up order by step desc limit 1 $$`)
    this.addSql(
      `comment on function surviving_record is 'The file that a patient id leads to: itself, or what it was merged into.'`,
    )
  }
}
