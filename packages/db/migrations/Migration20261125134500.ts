import { Migration } from '@mikro-orm/migrations'

/**
 * Names are found however a machine or a keyboard without their letters writes them: passports have MUELLER for Müller,
 * GROESS for Größ and AASE for Åse (ICAO Doc 9303, part 3, section 6), others just leave the marks out. So both forms
 * become one, Müller, Mueller and Muller alike: of patients, of colleagues and of hospitals.
 */
export class Migration20261125134500 extends Migration {
  override name = 'Migration20261125134500'

  override up(): void {
    this.addSql(String.raw`create or replace function plain_name(name text) returns text language sql immutable strict parallel safe
      return regexp_replace(regexp_replace(replace(replace(replace(translate(
        lower(regexp_replace(normalize(name, NFKD), '[\u0300-\u036f]', '', 'g') collate "pg_c_utf8"),
        'øłđðı’‘ʼ', 'olddi'''''''), 'ß', 'ss'), 'æ', 'ae'), 'þ', 'th'), '([aou])e', '\1', 'g'), 'aa', 'a', 'g')`)
    this.addSql(`comment on function plain_name is
      'A name for searching: small letters without accents, one form for ü, ue and u.'`)
    this.addSql(
      `alter table patient alter column search_name set expression as (plain_name(given_name || ' ' || family_name))`,
    )
    for (const table of ['app_user', 'hospital']) {
      this.addSql(`create index ${table}_plain_name_trgm on ${table} using gin (plain_name(name) gin_trgm_ops)`)
      this.addSql(`drop index ${table}_name_trgm`)
    }
  }
}
