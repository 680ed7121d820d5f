import { Migration } from '@mikro-orm/migrations'

export class Migration20261122000001 extends Migration {
  override name = 'Migration20261122000001'

  override up(): void | Promise<void> {
    this.addSql(
      `create table "admission" ("id" uuid not null, "hospital_id" uuid not null, "patient_id" uuid not null, "ward_id" uuid not null, "bed" text null, "status" text not null, "admitted_at" timestamptz(3) not null, "admitted_by" text not null, "discharged_at" timestamptz(3) null, "discharged_by" text null, "discharge_note_cipher" bytea null, primary key ("id"));`,
    )
    this.addSql(
      `create index "admission_hospital_id_patient_id_admitted_at_index" on "admission" ("hospital_id", "patient_id", "admitted_at");`,
    )
    this.addSql(`create unique index admission_active_uq on admission (patient_id) where status = 'admitted';`)
    this.addSql(
      `create unique index admission_bed_uq on admission (ward_id, bed) where status = 'admitted' and bed is not null;`,
    )
    this.addSql(
      `alter table "admission" add constraint "admission_discharge_ck" check ((status = 'discharged') = (discharged_at is not null));`,
    )
    this.addSql(
      `alter table "admission" add constraint "admission_order_ck" check (discharged_at is null or discharged_at >= admitted_at);`,
    )
    this.addSql(
      `alter table "admission" add constraint "admission_status_check" check ("status" in ('admitted', 'discharged'));`,
    )

    this.addSql(
      `create table "admission_move" ("id" uuid not null, "admission_id" uuid not null, "hospital_id" uuid not null, "ward_id" uuid not null, "bed" text null, "at" timestamptz(3) not null, "by" text not null, primary key ("id"));`,
    )
    this.addSql(`create index "admission_move_admission_id_index" on "admission_move" ("admission_id");`)

    this.addSql(
      `create table "alarm" ("id" uuid not null, "hospital_id" uuid not null, "patient_id" uuid not null, "admission_id" uuid not null, "ward_id" uuid not null, "rule" text not null, "level" text not null, "parameter" text null, "value" real null, "limit" real null, "status" text not null, "raised_at" timestamptz(3) not null, "created_at" timestamptz(3) not null, "acknowledged_at" timestamptz(3) null, "acknowledged_by" text null, "note_cipher" bytea null, "escalated_at" timestamptz(3) null, "resolved_at" timestamptz(3) null, "resolved_by" text null, "resolution" text null, "snoozed_until" timestamptz(3) null, "last_announced_at" timestamptz(3) not null, "announcements" int not null default 1, primary key ("id"));`,
    )
    this.addSql(`create index "alarm_patient_id_created_at_index" on "alarm" ("patient_id", "created_at");`)
    this.addSql(`create unique index alarm_open_uq on alarm (patient_id, rule) where status <> 'resolved';`)
    this.addSql(`create index alarm_open_hospital_idx on alarm (hospital_id, created_at) where status <> 'resolved';`)
    this.addSql(
      `alter table "alarm" add constraint "alarm_resolved_ck" check ((status = 'resolved') = (resolved_at is not null and resolution is not null));`,
    )
    this.addSql(
      `alter table "alarm" add constraint "alarm_acknowledged_ck" check (status <> 'acknowledged' or acknowledged_by is not null);`,
    )
    this.addSql(
      `alter table "alarm" add constraint "alarm_level_check" check ("level" in ('warning', 'critical', 'emergency'));`,
    )
    this.addSql(
      `alter table "alarm" add constraint "alarm_status_check" check ("status" in ('raised', 'acknowledged', 'escalated', 'resolved'));`,
    )
    this.addSql(
      `alter table "alarm" add constraint "alarm_resolution_check" check ("resolution" in ('recovered', 'superseded', 'withdrawn', 'handled', 'discharged'));`,
    )

    this.addSql(
      `create table "audit_chain" ("chain" uuid not null, "seq" bigint not null, "mac" bytea not null, "seal" bytea not null, primary key ("chain"));`,
    )

    this.addSql(
      `create table "audit_entry" ("chain" uuid not null, "seq" bigint not null, "at" timestamptz(3) not null, "actor" text not null, "capacity" jsonb null, "action" text not null, "resource_type" text not null, "resource_id" text null, "patient_ids" uuid[] not null, "request_id" text not null, "changed" text[] not null, "detail" jsonb null, "mac" bytea not null, primary key ("chain", "seq"));`,
    )
    this.addSql(`create index "audit_entry_patients_gin" on "audit_entry" using gin ("patient_ids");`)

    this.addSql(
      `create table "care_team_member" ("id" uuid not null, "hospital_id" uuid not null, "membership_id" uuid not null, "patient_id" uuid null, "ward_id" uuid null, "since" timestamptz(3) not null, "until" timestamptz(3) null, "granted_by" text not null, primary key ("id"));`,
    )
    this.addSql(`create index "care_team_member_patient_id_index" on "care_team_member" ("patient_id");`)
    this.addSql(`create index "care_team_member_ward_id_index" on "care_team_member" ("ward_id");`)
    this.addSql(`create index "care_team_member_membership_id_index" on "care_team_member" ("membership_id");`)
    this.addSql(
      `create unique index care_team_active_uq on care_team_member (membership_id, patient_id, ward_id) nulls not distinct where until is null;`,
    )
    this.addSql(
      `alter table "care_team_member" add constraint "care_team_subject_ck" check ((patient_id is null) <> (ward_id is null));`,
    )

    this.addSql(
      `create table "device" ("id" uuid not null, "hospital_id" uuid not null, "serial" text not null, "kind" text not null, "maker" text null, "created_at" timestamptz(3) not null, "retired_at" timestamptz(3) null, primary key ("id"));`,
    )
    this.addSql(`alter table "device" add constraint "device_serial_uq" unique ("hospital_id", "serial");`)
    this.addSql(
      `alter table "device" add constraint "device_kind_check" check ("kind" in ('bedside_monitor', 'pulse_oximeter', 'blood_pressure', 'thermometer', 'wearable', 'other'));`,
    )

    this.addSql(
      `create table "device_assignment" ("id" uuid not null, "hospital_id" uuid not null, "device_id" uuid not null, "patient_id" uuid not null, "since" timestamptz(3) not null, "until" timestamptz(3) null, "assigned_by" text not null, primary key ("id"));`,
    )
    this.addSql(
      `create index "device_assignment_patient_id_since_index" on "device_assignment" ("patient_id", "since");`,
    )
    this.addSql(`create unique index device_assignment_active_uq on device_assignment (device_id) where until is null;`)

    this.addSql(
      `create table "hospital" ("id" uuid not null, "name" text not null, "time_zone" text not null, "next_mrn" int not null default 1, "created_at" timestamptz(3) not null, primary key ("id"));`,
    )
    this.addSql(`alter table "hospital" add constraint "hospital_name_unique" unique ("name");`)

    this.addSql(
      `create table "idempotency_key" ("scope" text not null, "key" text not null, "procedure" text not null, "input_hash" bytea not null, "answer" bytea not null, "created_at" timestamptz(3) not null, primary key ("scope", "key"));`,
    )
    this.addSql(`create index "idempotency_key_created_at_index" on "idempotency_key" ("created_at");`)

    this.addSql(
      `create table "invitation" ("id" uuid not null, "hospital_id" uuid not null, "token_hash" bytea not null, "email_cipher" bytea not null, "email_index" bytea not null, "role" text null, "patient_id" uuid null, "relation" text null, "invited_by" text not null, "created_at" timestamptz(3) not null, "expires_at" timestamptz(3) not null, "accepted_at" timestamptz(3) null, "revoked_at" timestamptz(3) null, primary key ("id"));`,
    )
    this.addSql(`create index "invitation_hospital_id_index" on "invitation" ("hospital_id");`)
    this.addSql(`alter table "invitation" add constraint "invitation_token_hash_unique" unique ("token_hash");`)
    this.addSql(
      `alter table "invitation" add constraint "invitation_purpose_ck" check ((role is null) <> (patient_id is null) and (patient_id is null) = (relation is null));`,
    )
    this.addSql(
      `alter table "invitation" add constraint "invitation_role_check" check ("role" in ('hospital_admin', 'doctor', 'nurse', 'viewer', 'front_desk', 'pharmacist', 'lab_technician', 'gateway'));`,
    )
    this.addSql(
      `alter table "invitation" add constraint "invitation_relation_check" check ("relation" in ('self', 'parent', 'child', 'spouse', 'guardian', 'other'));`,
    )

    this.addSql(
      `create table "membership" ("id" uuid not null, "hospital_id" uuid not null, "user_id" uuid not null, "role" text not null, "granted_by" text not null, "created_at" timestamptz(3) not null, "ended_at" timestamptz(3) null, primary key ("id"));`,
    )
    this.addSql(`create index "membership_user_id_index" on "membership" ("user_id");`)
    this.addSql(`create unique index membership_active_uq on membership (hospital_id, user_id) where ended_at is null;`)
    this.addSql(
      `alter table "membership" add constraint "membership_role_check" check ("role" in ('hospital_admin', 'doctor', 'nurse', 'viewer', 'front_desk', 'pharmacist', 'lab_technician', 'gateway'));`,
    )

    this.addSql(
      `create table "patient" ("id" uuid not null, "given_name" text not null, "family_name" text not null, "birth_date" date not null, "sex" text not null, "phone_cipher" bytea null, "phone_index" bytea null, "history_cipher" bytea null, "created_at" timestamptz(3) not null, "version" int not null default 1, primary key ("id"));`,
    )
    this.addSql(`create index "patient_phone_index_index" on "patient" ("phone_index");`)
    this.addSql(
      `alter table "patient" add constraint "patient_sex_check" check ("sex" in ('female', 'male', 'other', 'unknown'));`,
    )

    this.addSql(
      `create table "patient_access" ("id" uuid not null, "user_id" uuid not null, "patient_id" uuid not null, "relation" text not null, "granted_by" text not null, "created_at" timestamptz(3) not null, "revoked_at" timestamptz(3) null, primary key ("id"));`,
    )
    this.addSql(`create index "patient_access_user_id_index" on "patient_access" ("user_id");`)
    this.addSql(`create index "patient_access_patient_id_index" on "patient_access" ("patient_id");`)
    this.addSql(
      `create unique index patient_access_active_uq on patient_access (user_id, patient_id) where revoked_at is null;`,
    )
    this.addSql(
      `alter table "patient_access" add constraint "patient_access_relation_check" check ("relation" in ('self', 'parent', 'child', 'spouse', 'guardian', 'other'));`,
    )

    this.addSql(
      `create table "registration" ("id" uuid not null, "hospital_id" uuid not null, "patient_id" uuid not null, "mrn" text not null, "created_at" timestamptz(3) not null, "removed_at" timestamptz(3) null, primary key ("id"));`,
    )
    this.addSql(`create index "registration_patient_id_index" on "registration" ("patient_id");`)
    this.addSql(`alter table "registration" add constraint "registration_mrn_uq" unique ("hospital_id", "mrn");`)
    this.addSql(
      `alter table "registration" add constraint "registration_patient_uq" unique ("hospital_id", "patient_id");`,
    )

    this.addSql(
      `create table "session" ("id" text not null, "user_id" uuid not null, "expires_at" timestamptz(3) not null, "created_at" timestamptz(3) not null, "user_agent" text null, primary key ("id"));`,
    )
    this.addSql(`create index "session_user_id_index" on "session" ("user_id");`)
    this.addSql(`create index "session_expires_at_index" on "session" ("expires_at");`)

    this.addSql(
      `create table "sign_in_throttle" ("subject" bytea not null, "failures" int not null, "last_failure_at" timestamptz(3) not null, "locked_until" timestamptz(3) null, primary key ("subject"));`,
    )

    this.addSql(
      `create table "threshold" ("id" uuid not null, "hospital_id" uuid not null, "patient_id" uuid null, "parameter" text not null, "level" text not null, "low" real null, "high" real null, "exit_margin" real not null, "dwell_seconds" int not null, "effective_from" timestamptz(3) not null, "effective_until" timestamptz(3) null, "set_by" text not null, "created_at" timestamptz(3) not null, primary key ("id"));`,
    )
    this.addSql(`create index "threshold_hospital_id_index" on "threshold" ("hospital_id");`)
    this.addSql(
      `alter table "threshold" add constraint "threshold_bounds_ck" check ((low is not null or high is not null) and (low is null or high is null or low < high));`,
    )
    this.addSql(
      `alter table "threshold" add constraint "threshold_span_ck" check (effective_until is null or effective_until > effective_from);`,
    )
    this.addSql(
      `alter table "threshold" add constraint "threshold_level_check" check ("level" in ('warning', 'critical'));`,
    )

    this.addSql(
      `create table "app_user" ("id" uuid not null, "kind" text not null, "name" text not null, "email_cipher" bytea null, "email_index" bytea null, "password_hash" text null, "disabled_at" timestamptz(3) null, "created_at" timestamptz(3) not null, primary key ("id"));`,
    )
    this.addSql(`alter table "app_user" add constraint "app_user_email_index_unique" unique ("email_index");`)
    this.addSql(`alter table "app_user" add constraint "app_user_kind_check" check ("kind" in ('person', 'service'));`)

    this.addSql(
      `create table "ward" ("id" uuid not null, "hospital_id" uuid not null, "name" text not null, "created_at" timestamptz(3) not null, primary key ("id"));`,
    )
    this.addSql(`alter table "ward" add constraint "ward_name_uq" unique ("hospital_id", "name");`)
  }
}
