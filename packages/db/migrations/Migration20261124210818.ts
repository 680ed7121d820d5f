import { Migration } from '@mikro-orm/migrations'

/** A hospital's log by who acted and by what was done, without walking all of it. */
export class Migration20261124210818 extends Migration {
  override name = 'Migration20261124210818'

  override up(): void {
    this.addSql(`create index "audit_entry_actor_idx" on "audit_entry" ("chain", "actor", "seq");`)
    this.addSql(`create index "audit_entry_action_idx" on "audit_entry" ("chain", "action", "seq");`)
  }

  override down(): void {
    this.addSql(`drop index "audit_entry_actor_idx";`)
    this.addSql(`drop index "audit_entry_action_idx";`)
  }
}
