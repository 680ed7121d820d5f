import { Migration } from '@mikro-orm/migrations'

/** Which document or invitation a message brings, so that it is not sent when that is taken back, and goes with it. */
export class Migration20261125031000 extends Migration {
  override name = 'Migration20261125031000'

  override up(): void {
    this.addSql(`alter table "outbound_message" add "subject_id" uuid null;`)
    this.addSql(`create index "outbound_message_subject_id_index" on "outbound_message" ("subject_id");`)
  }
}
