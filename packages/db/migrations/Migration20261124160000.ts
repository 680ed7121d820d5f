import { Migration } from '@mikro-orm/migrations'

/**
 * A patient's registration is written before the patient, in one transaction: row-level security lets a hospital add
 * only a patient whom it has a file of.
 */
export class Migration20261124160000 extends Migration {
  override name = 'Migration20261124160000'

  override up(): void {
    this.addSql('alter table registration alter constraint registration_patient_id_fk deferrable initially deferred')
  }
}
