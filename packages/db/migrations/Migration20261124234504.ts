import { Migration } from '@mikro-orm/migrations'

/** Documents sent to patients, the way a message goes, and the agreement to be written to on WhatsApp. */
export class Migration20261124234504 extends Migration {
  override name = 'Migration20261124234504'

  override up(): void {
    this.addSql(
      `create table "sent_document" ("id" uuid not null, "hospital_id" uuid not null, "patient_id" uuid not null, "kind" text not null, "channel" text not null, "destination_cipher" bytea null, "token_hash" bytea not null, "content" bytea null, "content_hash" bytea not null, "bytes" int not null, "content_type" text not null, "file_name" text not null, "created_by" text not null, "created_at" timestamptz(3) not null, "expires_at" timestamptz(3) not null, "uses" int not null default 0, "most_uses" int not null, "wrong_dates" int not null default 0, "revoked_at" timestamptz(3) null, "revoked_by" text null, primary key ("id"));`,
    )
    this.addSql(`alter table "sent_document" add constraint "sent_document_token_hash_unique" unique ("token_hash");`)
    this.addSql(`create index "sent_document_patient_id_id_index" on "sent_document" ("patient_id", "id");`)
    this.addSql(`alter table "outbound_message" add "channel" text not null default 'mail';`)
    this.addSql(
      `alter table "outbound_message" add constraint "outbound_message_channel_check" check ("channel" in ('mail', 'whatsapp'));`,
    )
    this.addSql(
      `alter table "patient" add "whatsapp_agreed_at" timestamptz(3) null, add "whatsapp_agreed_by" text null;`,
    )
    this.addSql(
      `alter table "sent_document" add constraint "sent_document_uses_ck" check (uses between 0 and most_uses);`,
    )
    this.addSql(`alter table "sent_document" add constraint "sent_document_expiry_ck" check (expires_at > created_at);`)
    this.addSql(
      `alter table "sent_document" add constraint "sent_document_revoked_ck" check ((revoked_at is null) = (revoked_by is null));`,
    )
    this.addSql(
      `alter table "sent_document" add constraint "sent_document_destination_ck" check ((channel = 'link') = (destination_cipher is null));`,
    )
    this.addSql(
      `alter table "sent_document" add constraint "sent_document_kind_check" check ("kind" in ('patient-profile'));`,
    )
    this.addSql(
      `alter table "sent_document" add constraint "sent_document_channel_check" check ("channel" in ('whatsapp', 'email', 'link'));`,
    )
    this.addSql(
      `alter table "sent_document" add constraint "sent_document_hospital_fk" foreign key ("hospital_id") references "hospital" ("id");`,
    )
    this.addSql(
      `alter table "sent_document" add constraint "sent_document_patient_fk" foreign key ("patient_id") references "patient" ("id");`,
    )
  }

  override down(): void {
    this.addSql(`drop table if exists "sent_document" cascade;`)
    this.addSql(`alter table "outbound_message" drop constraint "outbound_message_channel_check";`)
    this.addSql(`alter table "outbound_message" drop column "channel";`)
    this.addSql(`alter table "patient" drop column "whatsapp_agreed_at", drop column "whatsapp_agreed_by";`)
  }
}
