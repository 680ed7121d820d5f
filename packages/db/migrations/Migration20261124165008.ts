import { Migration } from '@mikro-orm/migrations'

export class Migration20261124165008 extends Migration {
  override name = 'Migration20261124165008'

  override up(): void | Promise<void> {
    this.addSql(
      `create table "attempt_count" ("what" text not null, "subject" bytea not null, "attempts" int not null, "window_ends_at" timestamptz(3) not null, primary key ("what", "subject"));`,
    )
    this.addSql(`create index "attempt_count_window_ends_at_index" on "attempt_count" ("window_ends_at");`)
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "attempt_count" cascade;`)
  }
}
