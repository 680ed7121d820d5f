import { Migration } from '@mikro-orm/migrations'

/** What patients ask of their complaints, and what the rules answered. */
export class Migration20261124234503 extends Migration {
  override name = 'Migration20261124234503'

  override up(): void {
    this.addSql(
      `create table "symptom_check" ("id" uuid not null, "patient_id" uuid not null, "complaint_cipher" bytea not null, "answer_cipher" bytea not null, "level" text not null, "engine" text not null, "engine_version" text not null, "asked_by" text not null, "created_at" timestamptz(3) not null, primary key ("id"));`,
    )
    this.addSql(`create index "symptom_check_patient_id_id_index" on "symptom_check" ("patient_id", "id");`)
    this.addSql(
      `alter table "symptom_check" add constraint "symptom_check_level_check" check ("level" in ('emergency', 'urgent', 'soon', 'self-care', 'unclear'));`,
    )
    this.addSql(
      `alter table "symptom_check" add constraint "symptom_check_patient_fk" foreign key ("patient_id") references "patient" ("id");`,
    )
  }

  override down(): void {
    this.addSql(`drop table if exists "symptom_check" cascade;`)
  }
}
