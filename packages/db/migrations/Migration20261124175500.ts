import { Migration } from '@mikro-orm/migrations'

/** Second factors, sessions that are renewed and listed, the cursor of key rotation. */
export class Migration20261124175500 extends Migration {
  override name = 'Migration20261124175500'

  override up(): void {
    this.addSql(
      `create table "mfa_policy" ("hospital_id" uuid not null, "required_from" timestamptz(3) null, "set_by" text not null, "set_at" timestamptz(3) not null, primary key ("hospital_id"));`,
    )

    this.addSql(
      `create table "passkey" ("id" uuid not null, "user_id" uuid not null, "credential_id" text not null, "public_key" bytea not null, "counter" bigint not null, "transports" text not null, "name" text not null, "created_at" timestamptz(3) not null, "last_used_at" timestamptz(3) null, primary key ("id"));`,
    )
    this.addSql(`create index "passkey_user_id_index" on "passkey" ("user_id");`)
    this.addSql(`alter table "passkey" add constraint "passkey_credential_id_unique" unique ("credential_id");`)

    this.addSql(
      `create table "passkey_challenge" ("challenge" text not null, "purpose" text not null, "user_id" uuid null, "expires_at" timestamptz(3) not null, primary key ("challenge"));`,
    )
    this.addSql(`create index "passkey_challenge_expires_at_index" on "passkey_challenge" ("expires_at");`)

    this.addSql(
      `create table "recovery_code" ("id" uuid not null, "user_id" uuid not null, "code_hash" bytea not null, "created_at" timestamptz(3) not null, "used_at" timestamptz(3) null, primary key ("id"));`,
    )
    this.addSql(`alter table "recovery_code" add constraint "recovery_code_uq" unique ("user_id", "code_hash");`)

    this.addSql(
      `create table "rewrap_cursor" ("place" text not null, "key_id" smallint not null, "after" text null, "updated_at" timestamptz(3) not null, primary key ("place"));`,
    )

    this.addSql(
      `create table "security_notice" ("id" uuid not null, "user_id" uuid not null, "kind" text not null, "by" text not null, "created_at" timestamptz(3) not null, "seen_at" timestamptz(3) null, primary key ("id"));`,
    )
    this.addSql(`create index "security_notice_user_id_index" on "security_notice" ("user_id");`)

    this.addSql(
      `create table "sign_in_ticket" ("id" bytea not null, "user_id" uuid not null, "user_agent" text null, "attempts" int not null default 0, "expires_at" timestamptz(3) not null, primary key ("id"));`,
    )
    this.addSql(`create index "sign_in_ticket_user_id_index" on "sign_in_ticket" ("user_id");`)
    this.addSql(`create index "sign_in_ticket_expires_at_index" on "sign_in_ticket" ("expires_at");`)

    this.addSql(
      `create table "totp_factor" ("id" uuid not null, "user_id" uuid not null, "secret_cipher" bytea not null, "created_at" timestamptz(3) not null, "confirmed_at" timestamptz(3) null, "last_step" int null, primary key ("id"));`,
    )
    this.addSql(`create unique index totp_factor_confirmed_uq on totp_factor (user_id) where confirmed_at is not null;`)
    this.addSql(`create unique index totp_factor_pending_uq on totp_factor (user_id) where confirmed_at is null;`)

    this.sessions()
    this.addSql(`alter table "session" add constraint "session_handle_unique" unique ("handle");`)

    this.addSql(
      `alter table "passkey_challenge" add constraint "passkey_challenge_purpose_check" check ("purpose" in ('register', 'sign-in', 'second-factor', 'step-up'));`,
    )

    this.addSql(
      `alter table "security_notice" add constraint "security_notice_kind_check" check ("kind" in ('totp-added', 'totp-removed', 'passkey-added', 'passkey-removed', 'recovery-codes-made', 'recovery-code-used', 'factors-reset', 'sessions-ended'));`,
    )
    this.foreignKeys()
  }

  /** Sessions of before get what new ones have; sign-in was the proof they stand on. */
  private sessions(): void {
    this.addSql(`alter table session
      add handle uuid not null default gen_random_uuid(),
      add ends_at timestamptz(3), add last_used_at timestamptz(3), add stepped_up_at timestamptz(3)`)
    this.addSql(`update session s set last_used_at = s.created_at, stepped_up_at = s.created_at,
        ends_at = case when u.kind = 'service' then s.expires_at else greatest(s.expires_at, s.created_at + interval '7 days') end
      from app_user u where u.id = s.user_id`)
    this.addSql(`alter table session alter handle drop default,
      alter ends_at set not null, alter last_used_at set not null, alter stepped_up_at set not null`)
  }

  private foreignKeys(): void {
    for (const table of [
      'totp_factor',
      'recovery_code',
      'passkey',
      'passkey_challenge',
      'sign_in_ticket',
      'security_notice',
    ]) {
      this.addSql(
        `alter table ${table} add constraint ${table}_user_id_fk foreign key (user_id) references app_user (id)`,
      )
    }
    this.addSql(
      `alter table mfa_policy add constraint mfa_policy_hospital_id_fk foreign key (hospital_id) references hospital (id)`,
    )
  }
}
