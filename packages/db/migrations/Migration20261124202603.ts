import { Migration } from '@mikro-orm/migrations'

/** Messages that are sent: when next, how often tried, and why not. */
export class Migration20261124202603 extends Migration {
  override name = 'Migration20261124202603'

  override up(): void {
    this.addSql(
      `alter table "outbound_message" add "due_at" timestamptz(3) not null default now(), add "attempts" int not null default 0, add "given_up_at" timestamptz(3) null, add "failure" text null;`,
    )
    this.addSql(`alter table "outbound_message" alter column "due_at" drop default;`)
    this.addSql(`alter table "outbound_message" alter column "body_cipher" drop not null;`)
    this.addSql(`alter table "outbound_message" alter column "user_id" drop not null;`)
    this.addSql(
      `create index outbound_message_due_idx on outbound_message (due_at) where sent_at is null and given_up_at is null;`,
    )
  }

  override down(): void {
    this.addSql(`delete from "outbound_message" where body_cipher is null or user_id is null;`)
    this.addSql(`drop index "outbound_message_due_idx";`)
    this.addSql(
      `alter table "outbound_message" drop column "due_at", drop column "attempts", drop column "given_up_at", drop column "failure";`,
    )
    this.addSql(`alter table "outbound_message" alter column "user_id" set not null;`)
    this.addSql(`alter table "outbound_message" alter column "body_cipher" set not null;`)
  }
}
