import type { Query } from '../database/sql.ts'

/** A column of ciphertexts, as the catalogue has it. */
export interface EncryptedColumn {
  table: string
  column: string
  /** What the ciphertexts are bound to besides the table: `history` for `history_cipher`. */
  name: string
  /** The primary key, whose values with `/` between are the row that the ciphertexts are bound to. */
  key: { column: string; type: string }[]
}

/**
 * Every column of bytes named `*_cipher`, the answers of idempotency keys, and documents that were sent. From the catalogue, so that a new one
 * cannot be forgotten: what it takes is the name and the place that `KeyRing` is given.
 */
export function encryptedColumns(sql: Query): Promise<EncryptedColumn[]> {
  return sql<EncryptedColumn>({
    text: `select c.relname "table", a.attname "column", regexp_replace(a.attname, '_cipher$', '') "name",
                  (select jsonb_agg(jsonb_build_object('column', k.attname, 'type', format_type(k.atttypid, k.atttypmod))
                                    order by array_position(i.indkey::int[], k.attnum::int))
                     from pg_index i join pg_attribute k on k.attrelid = c.oid and k.attnum = any(i.indkey)
                    where i.indrelid = c.oid and i.indisprimary) "key"
             from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
            where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
              and a.atttypid = 'bytea'::regtype
              and (a.attname like '%\\_cipher' or (c.relname, a.attname) in (('idempotency_key', 'answer'), ('sent_document', 'content')))
            order by 1, 2`,
  })
}
