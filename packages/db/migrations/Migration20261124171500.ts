import { Migration } from '@mikro-orm/migrations'

/** Directives of patients, break-glass with its officers and notices, purposes in the audit log, anchors of its chains. */
export class Migration20261124171500 extends Migration {
  override name = 'Migration20261124171500'

  override up(): void | Promise<void> {
    this.addSql(
      `create table "audit_anchor" ("number" int not null, "at" timestamptz(3) not null, "heads" jsonb not null, "previous" text not null, "seal" text not null, primary key ("number"));`,
    )

    this.addSql(
      `create table "break_glass_grant" ("id" uuid not null, "hospital_id" uuid not null, "patient_id" uuid not null, "membership_id" uuid not null, "reason" text not null, "explanation_cipher" bytea not null, "against_directive" boolean not null, "opened_at" timestamptz(3) not null, "expires_at" timestamptz(3) not null, "ended_at" timestamptz(3) null, "end" text null, "ended_by" text null, "outcome" text null, "review_note_cipher" bytea null, "reviewed_at" timestamptz(3) null, "reviewed_by" text null, primary key ("id"));`,
    )
    this.addSql(`create index "break_glass_grant_patient_id_index" on "break_glass_grant" ("patient_id");`)
    this.addSql(`create index "break_glass_review_idx" on "break_glass_grant" ("hospital_id", "id");`)
    this.addSql(
      `create unique index break_glass_open_uq on break_glass_grant (membership_id, patient_id) where ended_at is null;`,
    )

    this.addSql(
      `create table "consent_directive" ("id" uuid not null, "patient_id" uuid not null, "effect" text not null, "purpose" text not null, "recipient_hospital_id" uuid null, "recipient_role" text null, "recipient_membership_id" uuid null, "effective_from" timestamptz(3) not null, "effective_until" timestamptz(3) null, "basis" text not null, "reference_cipher" bytea null, "hospital_id" uuid null, "given_by" text not null, "created_at" timestamptz(3) not null, "superseded_at" timestamptz(3) null, "superseded_by" uuid null, "withdrawal_cipher" bytea null, "continues" uuid null, primary key ("id"));`,
    )
    this.addSql(`create index "consent_directive_patient_id_index" on "consent_directive" ("patient_id");`)
    this.addSql(
      `create index consent_directive_active_idx on consent_directive (patient_id) where superseded_at is null;`,
    )
    this.addSql(
      `create index consent_directive_named_idx on consent_directive (recipient_membership_id) where superseded_at is null and recipient_membership_id is not null;`,
    )

    this.addSql(
      `create table "privacy_notice" ("id" uuid not null, "hospital_id" uuid not null, "patient_id" uuid not null, "break_glass_id" uuid not null, "created_at" timestamptz(3) not null, "seen_at" timestamptz(3) null, "seen_by" text null, primary key ("id"));`,
    )
    this.addSql(
      `alter table "privacy_notice" add constraint "privacy_notice_break_glass_id_unique" unique ("break_glass_id");`,
    )
    this.addSql(`create index "privacy_notice_list_idx" on "privacy_notice" ("hospital_id", "id");`)

    this.addSql(
      `create table "privacy_officer" ("id" uuid not null, "hospital_id" uuid not null, "membership_id" uuid not null, "appointed_by" text not null, "since" timestamptz(3) not null, "until" timestamptz(3) null, primary key ("id"));`,
    )
    this.addSql(`create index "privacy_officer_hospital_id_index" on "privacy_officer" ("hospital_id");`)
    this.addSql(`create unique index privacy_officer_active_uq on privacy_officer (membership_id) where until is null;`)

    this.addSql(
      `create table "privacy_setting" ("hospital_id" uuid not null, "break_glass_minutes" int not null, "set_by" text not null, "set_at" timestamptz(3) not null, primary key ("hospital_id"));`,
    )

    this.addSql(`alter table "audit_entry" add "purpose" text null;`)

    this.addSql(
      `alter table "break_glass_grant" add constraint "break_glass_end_ck" check ((ended_at is null) = ("end" is null));`,
    )
    this.addSql(
      `alter table "break_glass_grant" add constraint "break_glass_review_ck" check ((outcome is null) = (reviewed_at is null));`,
    )
    this.addSql(
      `alter table "break_glass_grant" add constraint "break_glass_grant_reason_check" check ("reason" in ('emergency', 'cover-for-colleague', 'telephone-advice', 'patient-asked', 'handover', 'other'));`,
    )
    this.addSql(
      `alter table "break_glass_grant" add constraint "break_glass_grant_end_check" check ("end" in ('expired', 'closed', 'revoked'));`,
    )
    this.addSql(
      `alter table "break_glass_grant" add constraint "break_glass_grant_outcome_check" check ("outcome" in ('justified', 'not-justified'));`,
    )

    this.addSql(
      `alter table "consent_directive" add constraint "consent_directive_recipient_ck" check ((recipient_role is null or recipient_membership_id is null) and (recipient_hospital_id is not null or (recipient_role is null and recipient_membership_id is null)));`,
    )
    this.addSql(
      `alter table "consent_directive" add constraint "consent_directive_span_ck" check (effective_until is null or effective_until > effective_from);`,
    )
    this.addSql(
      `alter table "consent_directive" add constraint "consent_directive_written_ck" check ((basis = 'written') = (hospital_id is not null) and (basis = 'written') = (reference_cipher is not null));`,
    )
    this.addSql(
      `alter table "consent_directive" add constraint "consent_directive_effect_check" check ("effect" in ('permit', 'deny'));`,
    )
    this.addSql(
      `alter table "consent_directive" add constraint "consent_directive_purpose_check" check ("purpose" in ('treatment', 'care-coordination', 'quality', 'administration', 'billing', 'export', 'research', 'ai-assistance'));`,
    )
    this.addSql(
      `alter table "consent_directive" add constraint "consent_directive_recipient_role_check" check ("recipient_role" in ('hospital_admin', 'doctor', 'nurse', 'viewer', 'front_desk', 'pharmacist', 'lab_technician', 'gateway'));`,
    )
    this.addSql(
      `alter table "consent_directive" add constraint "consent_directive_basis_check" check ("basis" in ('patient', 'representative', 'written'));`,
    )

    this.addSql(
      `alter table "privacy_setting" add constraint "privacy_setting_minutes_ck" check (break_glass_minutes between 5 and 480);`,
    )
    this.foreignKeys()
    this.consent()
    this.appendOnly()
  }

  private foreignKeys(): void {
    const references: [table: string, column: string, target: string][] = [
      ['consent_directive', 'patient_id', 'patient'],
      ['consent_directive', 'recipient_hospital_id', 'hospital'],
      ['consent_directive', 'recipient_membership_id', 'membership'],
      ['consent_directive', 'hospital_id', 'hospital'],
      ['break_glass_grant', 'hospital_id', 'hospital'],
      ['break_glass_grant', 'patient_id', 'patient'],
      ['break_glass_grant', 'membership_id', 'membership'],
      ['privacy_officer', 'hospital_id', 'hospital'],
      ['privacy_officer', 'membership_id', 'membership'],
      ['privacy_notice', 'hospital_id', 'hospital'],
      ['privacy_notice', 'patient_id', 'patient'],
      ['privacy_notice', 'break_glass_id', 'break_glass_grant'],
      ['privacy_setting', 'hospital_id', 'hospital'],
    ]
    for (const [table, column, target] of references) {
      this.addSql(
        `alter table ${table} add constraint ${table}_${column}_fk foreign key (${column}) references ${target} (id)`,
      )
    }
  }

  private consent(): void {
    // Of one patient, purpose and recipient at most one holds at any moment: what a request may is never a matter of luck.
    const absent = `'00000000-0000-0000-0000-000000000000'::uuid`
    this.addSql(`alter table consent_directive add constraint consent_directive_span_ex exclude using gist (
      patient_id with =, purpose with =, coalesce(recipient_hospital_id, ${absent}) with =,
      coalesce(recipient_role, '') with =, coalesce(recipient_membership_id, ${absent}) with =,
      tstzrange(effective_from, effective_until) with &&) where (superseded_at is null)`)
    // What a patient said stays as it was said. It may be superseded, once, go along when a file is
    // merged, and be encrypted under another key.
    this.addSql(`create function keep_directive() returns trigger language plpgsql as $$
      begin
        if tg_op = 'UPDATE'
          and to_jsonb(old) - '{superseded_at,superseded_by,withdrawal_cipher,reference_cipher,patient_id}'::text[]
            = to_jsonb(new) - '{superseded_at,superseded_by,withdrawal_cipher,reference_cipher,patient_id}'::text[]
          and (old.superseded_at is null
            or (old.superseded_at, old.superseded_by) is not distinct from (new.superseded_at, new.superseded_by)) then
          return new;
        end if;
        raise exception 'directives are superseded, never changed' using errcode = 'insufficient_privilege';
      end $$`)
    this.addSql(`create trigger consent_directive_kept before update or delete on consent_directive
      for each row execute function keep_directive()`)
  }

  private appendOnly(): void {
    for (const table of ['consent_directive', 'audit_anchor']) {
      this.addSql(`create trigger ${table}_no_truncate before truncate on ${table}
        for each statement execute function refuse_change()`)
    }
    this.addSql(`create trigger audit_anchor_append_only before update or delete on audit_anchor
      for each row execute function refuse_change()`)
    this.addSql(`create trigger break_glass_grant_kept before delete on break_glass_grant
      for each row execute function refuse_change()`)
  }
}
