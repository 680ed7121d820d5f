import { Migration } from '@mikro-orm/migrations'

/** People and places: departments, doctors, platform administrators, password links, offers of registration. */
export class Migration20261124164500 extends Migration {
  override name = 'Migration20261124164500'

  override up(): void | Promise<void> {
    this.addSql(
      `create table "department" ("id" uuid not null, "hospital_id" uuid not null, "name" text not null, "created_at" timestamptz(3) not null, "closed_at" timestamptz(3) null, primary key ("id"));`,
    )
    this.addSql(
      `create unique index department_name_uq on department (hospital_id, lower(name)) where closed_at is null;`,
    )

    this.addSql(
      `create table "doctor_profile" ("id" uuid not null, "membership_id" uuid not null, "hospital_id" uuid not null, "user_id" uuid not null, "specialities" text[] not null default '{}', "licence_cipher" bytea null, "licence_index" bytea null, "designation" text null, "bio" text null, "qualifications" jsonb not null default '[]', "shift_start" text null, "shift_end" text null, "lab_contacts_cipher" bytea null, "ai_enabled" boolean not null default true, "is_available" boolean not null default true, "is_online" boolean not null default false, "last_seen_at" timestamptz(3) null, "created_at" timestamptz(3) not null, "version" int not null default 1, primary key ("id"));`,
    )
    this.addSql(
      `alter table "doctor_profile" add constraint "doctor_profile_membership_id_unique" unique ("membership_id");`,
    )
    this.addSql(`create index "doctor_profile_user_id_index" on "doctor_profile" ("user_id");`)
    this.addSql(
      `alter table "doctor_profile" add constraint "doctor_licence_uq" unique ("hospital_id", "licence_index");`,
    )

    this.addSql(
      `create table "outbound_message" ("id" uuid not null, "user_id" uuid not null, "kind" text not null, "address_cipher" bytea not null, "body_cipher" bytea not null, "created_at" timestamptz(3) not null, "sent_at" timestamptz(3) null, primary key ("id"));`,
    )
    this.addSql(`create index "outbound_message_user_id_index" on "outbound_message" ("user_id");`)
    this.addSql(`create index "outbound_message_created_at_index" on "outbound_message" ("created_at");`)

    this.addSql(
      `create table "password_reset" ("id" uuid not null, "user_id" uuid not null, "token_hash" bytea not null, "requested_by" text not null, "created_at" timestamptz(3) not null, "expires_at" timestamptz(3) not null, "used_at" timestamptz(3) null, primary key ("id"));`,
    )
    this.addSql(`create index "password_reset_user_id_index" on "password_reset" ("user_id");`)
    this.addSql(`alter table "password_reset" add constraint "password_reset_token_hash_unique" unique ("token_hash");`)

    this.addSql(
      `create table "platform_admin" ("id" uuid not null, "user_id" uuid not null, "granted_by" text not null, "created_at" timestamptz(3) not null, "revoked_at" timestamptz(3) null, primary key ("id"));`,
    )
    this.addSql(`create unique index platform_admin_active_uq on platform_admin (user_id) where revoked_at is null;`)

    this.addSql(
      `create table "registration_offer" ("id" uuid not null, "patient_id" uuid not null, "user_id" uuid not null, "code_hash" bytea not null, "created_at" timestamptz(3) not null, "expires_at" timestamptz(3) not null, "used_at" timestamptz(3) null, "hospital_id" uuid null, primary key ("id"));`,
    )
    this.addSql(`create index "registration_offer_patient_id_index" on "registration_offer" ("patient_id");`)
    this.addSql(
      `alter table "registration_offer" add constraint "registration_offer_code_hash_unique" unique ("code_hash");`,
    )

    this.addSql(
      `alter table "hospital" add "street" text null, add "postal_code" text null, add "city" text null, add "region" text null, add "country" text null, add "phone_cipher" bytea null, add "email_cipher" bytea null, add "email_index" bytea null, add "website" text null, add "specialities" text[] not null default '{}', add "closed_at" timestamptz(3) null, add "version" int not null default 1;`,
    )
    this.addSql(`alter table "hospital" add constraint "hospital_email_index_unique" unique ("email_index");`)

    this.addSql(`alter table "membership" add "department_id" uuid null;`)
    this.addSql(`create index "membership_department_id_index" on "membership" ("department_id");`)

    this.addSql(`alter table "registration" add "granted_by" text null;`)

    this.addSql(
      `alter table "doctor_profile" add constraint "doctor_shift_ck" check ((shift_start is null) = (shift_end is null));`,
    )

    this.references()
    this.addSql(`create index app_user_name_trgm on app_user using gin (name gin_trgm_ops)`)
    this.addSql(`create index hospital_name_trgm on hospital using gin (name gin_trgm_ops)`)
    this.addSql(`insert into doctor_profile (id, membership_id, hospital_id, user_id, created_at)
      select gen_random_uuid(), id, hospital_id, user_id, created_at from membership where role = 'doctor'`)
  }

  private references(): void {
    const references: [table: string, column: string, target: string][] = [
      ['department', 'hospital_id', 'hospital'],
      ['membership', 'department_id', 'department'],
      ['doctor_profile', 'membership_id', 'membership'],
      ['doctor_profile', 'hospital_id', 'hospital'],
      ['doctor_profile', 'user_id', 'app_user'],
      ['outbound_message', 'user_id', 'app_user'],
      ['password_reset', 'user_id', 'app_user'],
      ['platform_admin', 'user_id', 'app_user'],
      ['registration_offer', 'patient_id', 'patient'],
      ['registration_offer', 'user_id', 'app_user'],
      ['registration_offer', 'hospital_id', 'hospital'],
    ]
    for (const [table, column, target] of references) {
      this.addSql(
        `alter table ${table} add constraint ${table}_${column}_fk foreign key (${column}) references ${target} (id)`,
      )
    }
  }
}
