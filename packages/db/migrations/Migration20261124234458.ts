import { Migration } from '@mikro-orm/migrations'

/** Appointments: no doctor, and no patient at one hospital, has two at one time. */
export class Migration20261124234458 extends Migration {
  override name = 'Migration20261124234458'

  override up(): void | Promise<void> {
    this.addSql(
      `create table "appointment" ("id" uuid not null, "hospital_id" uuid not null, "patient_id" uuid null, "membership_id" uuid not null, "starts_at" timestamptz(3) not null, "ends_at" timestamptz(3) not null, "mode" text null, "kind" text not null, "status" text not null, "reason_cipher" bytea null, "doctor_note_cipher" bytea null, "patient_note_cipher" bytea null, "booked_as" text not null, "booked_by" text not null, "booked_at" timestamptz(3) not null, "cancelled_as" text null, "cancelled_by" text null, "cancelled_at" timestamptz(3) null, "cancellation_cipher" bytea null, "rescheduled_from" uuid null, "care_team_member_id" uuid null, "version" int not null default 1, primary key ("id"));`,
    )
    this.addSql(
      `alter table "appointment" add constraint "appointment_rescheduled_from_unique" unique ("rescheduled_from");`,
    )
    this.addSql(`create index "appointment_hospital_idx" on "appointment" ("hospital_id", "starts_at", "id");`)
    this.addSql(`create index "appointment_doctor_idx" on "appointment" ("membership_id", "starts_at", "id");`)
    this.addSql(`create index "appointment_patient_idx" on "appointment" ("patient_id", "starts_at", "id");`)

    this.addSql(
      `alter table "appointment" add constraint "appointment_span_ck" check (ends_at >= starts_at + interval '5 minutes' and ends_at <= starts_at + interval '12 hours');`,
    )
    this.addSql(
      `alter table "appointment" add constraint "appointment_blocked_ck" check ((kind = 'blocked') = (patient_id is null) and (kind = 'blocked') = (mode is null));`,
    )
    this.addSql(
      `alter table "appointment" add constraint "appointment_blocked_state_ck" check (kind <> 'blocked' or (status in ('scheduled', 'cancelled') and doctor_note_cipher is null and patient_note_cipher is null and care_team_member_id is null));`,
    )
    this.addSql(
      `alter table "appointment" add constraint "appointment_cancelled_ck" check ((status = 'cancelled') = (cancelled_at is not null) and (cancelled_at is null) = (cancelled_by is null) and (cancelled_at is null) = (cancelled_as is null) and (cancellation_cipher is null or cancelled_at is not null));`,
    )
    this.addSql(`alter table "appointment" add constraint "appointment_rescheduled_ck" check (rescheduled_from <> id);`)
    this.addSql(
      `alter table "appointment" add constraint "appointment_mode_check" check ("mode" in ('in_person', 'video', 'audio', 'chat'));`,
    )
    this.addSql(
      `alter table "appointment" add constraint "appointment_kind_check" check ("kind" in ('regular', 'follow_up', 'emergency', 'blocked'));`,
    )
    this.addSql(
      `alter table "appointment" add constraint "appointment_status_check" check ("status" in ('scheduled', 'confirmed', 'in_progress', 'completed', 'cancelled', 'no_show'));`,
    )
    this.addSql(
      `alter table "appointment" add constraint "appointment_booked_as_check" check ("booked_as" in ('patient', 'staff'));`,
    )
    this.addSql(
      `alter table "appointment" add constraint "appointment_cancelled_as_check" check ("cancelled_as" in ('patient', 'staff', 'rescheduled', 'closed'));`,
    )
    this.foreignKeys()
    this.slots()
  }

  private foreignKeys(): void {
    const references: [column: string, target: string][] = [
      ['hospital_id', 'hospital'],
      ['patient_id', 'patient'],
      ['membership_id', 'membership'],
      ['rescheduled_from', 'appointment'],
      ['care_team_member_id', 'care_team_member'],
    ]
    for (const [column, target] of references) {
      this.addSql(
        `alter table appointment add constraint appointment_${column}_fk foreign key (${column}) references ${target} (id)`,
      )
    }
  }

  private slots(): void {
    // What was cancelled, or nobody came to, takes no time. A span ends before the instant at which the next begins.
    this.addSql(`alter table appointment add constraint appointment_doctor_ex exclude using gist (
      membership_id with =, tstzrange(starts_at, ends_at) with &&)
      where (status in ('scheduled', 'confirmed', 'in_progress', 'completed'))`)
    this.addSql(`alter table appointment add constraint appointment_patient_ex exclude using gist (
      hospital_id with =, patient_id with =, tstzrange(starts_at, ends_at) with &&)
      where (status in ('scheduled', 'confirmed', 'in_progress'))`)
  }
}
