import type { Query } from '../database/sql.ts'

/** How many values of one column were encrypted with one key. */
export interface KeyUsage {
  table: string
  column: string
  keyId: number
  rows: number
}

/** Every encrypted column by convention, and the stored answers, which have another name. */
const encryptedColumns = `select table_name "table", column_name "column" from information_schema.columns
  where table_schema = current_schema() and data_type = 'bytea'
    and (column_name like '%\\_cipher' or (table_name, column_name) = ('idempotency_key', 'answer'))
  order by 1, 2`

/** Which keys are in use, by the key id in front of every ciphertext. Reads every encrypted value's first bytes. */
export async function keyUsage(sql: Query): Promise<KeyUsage[]> {
  const usage: KeyUsage[] = []
  for (const { table, column } of await sql<{ table: string; column: string }>({ text: encryptedColumns })) {
    const counts = await sql<{ keyId: number; rows: number }>({
      text: `select get_byte("${column}", 1) "keyId", count(*) rows from "${table}"
              where "${column}" is not null group by 1 order by 1`,
    })
    usage.push(...counts.map((count) => ({ table, column, ...count })))
  }
  return usage
}
