import { Migration } from '@mikro-orm/migrations'

/** Visits with their vital signs and history, episodes of care, and what happens to them. */
export class Migration20261124234426 extends Migration {
  override name = 'Migration20261124234426'

  override up(): void {
    this.addSql(
      `create table "care_case" ("id" uuid not null, "hospital_id" uuid not null, "patient_id" uuid not null, "number" text not null, "owner_id" uuid not null, "title_cipher" bytea not null, "summary_cipher" bytea null, "kind" text not null, "status" text not null, "severity" text null, "priority" int not null, "outcome" text null, "satisfaction" int null, "opened_at" timestamptz(3) not null, "opened_by" text not null, "ended_at" timestamptz(3) null, "changed_by" text null, "changed_at" timestamptz(3) null, "erroneous_by" text null, "erroneous_at" timestamptz(3) null, "reason_cipher" bytea null, "version" int not null default 1, primary key ("id"));`,
    )
    this.addSql(`create index "care_case_patient_id_index" on "care_case" ("patient_id");`)
    this.addSql(`create index "care_case_owner_id_index" on "care_case" ("owner_id");`)
    this.addSql(`alter table "care_case" add constraint "care_case_number_uq" unique ("hospital_id", "number");`)
    this.addSql(
      `alter table "care_case" add constraint "care_case_patient_uq" unique ("id", "patient_id", "hospital_id");`,
    )

    this.addSql(
      `create table "care_case_counter" ("hospital_id" uuid not null, "year" int not null, "last" int not null, primary key ("hospital_id", "year"));`,
    )

    this.addSql(
      `create table "care_case_event" ("id" uuid not null, "hospital_id" uuid not null, "patient_id" uuid not null, "case_id" uuid not null, "at" timestamptz(3) not null, "by" text not null, "kind" text not null, "from_status" text null, "to_status" text null, "outcome" text null, "satisfaction" int null, "visit_id" uuid null, "former_cipher" bytea null, primary key ("id"));`,
    )
    this.addSql(`create index "care_case_event_patient_id_index" on "care_case_event" ("patient_id");`)
    this.addSql(`create index "care_case_event_case_idx" on "care_case_event" ("case_id", "at", "id");`)

    this.addSql(
      `create table "visit" ("id" uuid not null, "hospital_id" uuid not null, "patient_id" uuid not null, "membership_id" uuid not null, "kind" text not null, "began_at" timestamptz(3) not null, "case_id" uuid null, "content_cipher" bytea not null, "follow_up_on" date null, "follow_up_at" text null, "recorded_by" text not null, "recorded_at" timestamptz(3) not null, "changed_by" text null, "changed_at" timestamptz(3) null, "erroneous_by" text null, "erroneous_at" timestamptz(3) null, "reason_cipher" bytea null, "version" int not null default 1, primary key ("id"));`,
    )
    this.addSql(`create index "visit_case_id_index" on "visit" ("case_id");`)
    this.addSql(`create index "visit_patient_idx" on "visit" ("patient_id", "began_at", "id");`)
    this.addSql(`alter table "visit" add constraint "visit_patient_uq" unique ("id", "patient_id");`)

    this.addSql(
      `create table "visit_internal_note" ("id" uuid not null, "hospital_id" uuid not null, "patient_id" uuid not null, "visit_id" uuid not null, "version" int not null, "text_cipher" bytea null, "written_by" text not null, "written_at" timestamptz(3) not null, primary key ("id"));`,
    )
    this.addSql(`create index "visit_internal_note_patient_id_index" on "visit_internal_note" ("patient_id");`)
    this.addSql(
      `alter table "visit_internal_note" add constraint "visit_internal_note_uq" unique ("visit_id", "version");`,
    )

    this.addSql(
      `create table "visit_revision" ("id" uuid not null, "hospital_id" uuid not null, "patient_id" uuid not null, "visit_id" uuid not null, "version" int not null, "content_cipher" bytea not null, "written_by" text not null, "written_at" timestamptz(3) not null, primary key ("id"));`,
    )
    this.addSql(`create index "visit_revision_patient_id_index" on "visit_revision" ("patient_id");`)
    this.addSql(`alter table "visit_revision" add constraint "visit_revision_uq" unique ("visit_id", "version");`)

    this.addSql(`alter table "care_case" add constraint "care_case_priority_ck" check (priority between 1 and 5);`)
    this.addSql(
      `alter table "care_case" add constraint "care_case_satisfaction_ck" check (satisfaction between 1 and 5);`,
    )
    this.addSql(
      `alter table "care_case" add constraint "care_case_ended_ck" check ((status in ('resolved', 'referred', 'closed')) = (ended_at is not null));`,
    )
    this.addSql(
      `alter table "care_case" add constraint "care_case_resolved_ck" check (status <> 'resolved' or outcome is not null);`,
    )
    this.addSql(
      `alter table "care_case" add constraint "care_case_outcome_ck" check (outcome is null or status in ('resolved', 'referred', 'closed'));`,
    )
    this.addSql(
      `alter table "care_case" add constraint "care_case_satisfied_ck" check (satisfaction is null or outcome is not null);`,
    )
    this.addSql(
      `alter table "care_case" add constraint "care_case_error_ck" check ((erroneous_at is null) = (erroneous_by is null) and (erroneous_at is null) = (reason_cipher is null));`,
    )
    this.addSql(
      `alter table "care_case" add constraint "care_case_kind_check" check ("kind" in ('acute', 'chronic', 'preventive', 'procedure', 'other'));`,
    )
    this.addSql(
      `alter table "care_case" add constraint "care_case_status_check" check ("status" in ('active', 'ongoing', 'on_hold', 'resolved', 'referred', 'closed'));`,
    )
    this.addSql(
      `alter table "care_case" add constraint "care_case_severity_check" check ("severity" in ('mild', 'moderate', 'severe', 'critical'));`,
    )
    this.addSql(
      `alter table "care_case" add constraint "care_case_outcome_check" check ("outcome" in ('fully_resolved', 'significantly_improved', 'partially_improved', 'unchanged', 'worsened', 'referred', 'patient_discontinued'));`,
    )

    this.addSql(
      `alter table "care_case_event" add constraint "care_case_event_kind_check" check ("kind" in ('opened', 'changed', 'status_changed', 'resolved', 'reopened', 'visit_assigned', 'visit_removed', 'withdrawn'));`,
    )
    this.addSql(
      `alter table "care_case_event" add constraint "care_case_event_from_status_check" check ("from_status" in ('active', 'ongoing', 'on_hold', 'resolved', 'referred', 'closed'));`,
    )
    this.addSql(
      `alter table "care_case_event" add constraint "care_case_event_to_status_check" check ("to_status" in ('active', 'ongoing', 'on_hold', 'resolved', 'referred', 'closed'));`,
    )
    this.addSql(
      `alter table "care_case_event" add constraint "care_case_event_outcome_check" check ("outcome" in ('fully_resolved', 'significantly_improved', 'partially_improved', 'unchanged', 'worsened', 'referred', 'patient_discontinued'));`,
    )

    this.addSql(
      `alter table "visit" add constraint "visit_follow_up_ck" check (follow_up_at is null or follow_up_on is not null);`,
    )
    this.addSql(
      `alter table "visit" add constraint "visit_follow_up_at_ck" check (follow_up_at ~ '^([01][0-9]|2[0-3]):[0-5][0-9]\$');`,
    )
    this.addSql(
      `alter table "visit" add constraint "visit_changed_ck" check ((changed_at is null) = (changed_by is null));`,
    )
    this.addSql(
      `alter table "visit" add constraint "visit_error_ck" check ((erroneous_at is null) = (erroneous_by is null) and (erroneous_at is null) = (reason_cipher is null));`,
    )
    this.addSql(
      `alter table "visit" add constraint "visit_kind_check" check ("kind" in ('consultation', 'follow_up', 'emergency', 'procedure', 'telemedicine', 'home', 'other'));`,
    )
    this.references()
    this.appendOnly()
  }

  override down(): void {
    for (const table of [
      'visit_revision',
      'visit_internal_note',
      'visit',
      'care_case_event',
      'care_case',
      'care_case_counter',
    ]) {
      this.addSql(`drop table ${table}`)
    }
    this.addSql('drop function keep_history')
  }

  private references(): void {
    const references: [table: string, column: string, target: string][] = [
      ['visit', 'hospital_id', 'hospital'],
      ['visit', 'patient_id', 'patient'],
      ['visit', 'membership_id', 'membership'],
      ['visit_revision', 'hospital_id', 'hospital'],
      ['visit_internal_note', 'hospital_id', 'hospital'],
      ['care_case', 'hospital_id', 'hospital'],
      ['care_case', 'patient_id', 'patient'],
      ['care_case', 'owner_id', 'membership'],
      ['care_case_counter', 'hospital_id', 'hospital'],
      ['care_case_event', 'hospital_id', 'hospital'],
    ]
    for (const [table, column, target] of references) {
      this.addSql(
        `alter table ${table} add constraint ${table}_${column}_fk foreign key (${column}) references ${target} (id)`,
      )
    }
    // A visit is put into a case of its own patient and hospital. When files are merged the two move one after the other.
    this.addSql(`alter table visit add constraint visit_case_fk foreign key (case_id, patient_id, hospital_id)
      references care_case (id, patient_id, hospital_id) deferrable initially immediate`)
    // What belongs to a visit or a case goes where it goes.
    for (const table of ['visit_revision', 'visit_internal_note']) {
      this.addSql(`alter table ${table} add constraint ${table}_visit_fk foreign key (visit_id, patient_id)
        references visit (id, patient_id) on update cascade`)
    }
    this.addSql(`alter table care_case_event add constraint care_case_event_case_fk
      foreign key (case_id, patient_id, hospital_id)
      references care_case (id, patient_id, hospital_id) on update cascade`)
  }

  /** History is added to and never rewritten. Its rows go along when files are merged, and are encrypted under another key. */
  private appendOnly(): void {
    this.addSql(`create function keep_history() returns trigger language plpgsql as $$
      begin
        if to_jsonb(old) - '{patient_id,content_cipher,text_cipher,former_cipher}'::text[]
          = to_jsonb(new) - '{patient_id,content_cipher,text_cipher,former_cipher}'::text[] then
          return new;
        end if;
        raise exception 'history is added to, never changed' using errcode = 'insufficient_privilege';
      end $$`)
    for (const table of ['visit_revision', 'visit_internal_note', 'care_case_event']) {
      this.addSql(`create trigger ${table}_kept before update on ${table}
        for each row execute function keep_history()`)
    }
  }
}
