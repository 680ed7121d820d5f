import { Migration } from '@mikro-orm/migrations'

/** Sign-ups and changes of address that wait for whoever has the inbox. */
export class Migration20261125031630 extends Migration {
  override up(): void {
    this.addSql(
      `create table "address_confirmation" ("id" uuid not null, "token_hash" bytea not null, "user_id" uuid null, "email_cipher" bytea not null, "content_cipher" bytea not null, "created_at" timestamptz(3) not null, "expires_at" timestamptz(3) not null, primary key ("id"));`,
    )
    this.addSql(
      `alter table "address_confirmation" add constraint "address_confirmation_token_hash_unique" unique ("token_hash");`,
    )
    this.addSql(`create index "address_confirmation_user_id_index" on "address_confirmation" ("user_id");`)
    this.addSql(`create index "address_confirmation_expires_at_index" on "address_confirmation" ("expires_at");`)
    this.addSql(
      `alter table address_confirmation add constraint address_confirmation_user_id_fk foreign key (user_id) references app_user (id)`,
    )
  }
}
