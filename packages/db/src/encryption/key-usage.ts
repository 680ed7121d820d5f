import type { Query } from '../database/sql.ts'
import { encryptedColumns } from './encrypted-columns.ts'

/** How many values of one column were encrypted with one key. */
export interface KeyUsage {
  table: string
  column: string
  keyId: number
  rows: number
}

/** Which keys are in use, by the key id in front of every ciphertext. Reads every encrypted value's first bytes. */
export async function keyUsage(sql: Query): Promise<KeyUsage[]> {
  const usage: KeyUsage[] = []
  for (const { table, column } of await encryptedColumns(sql)) {
    const counts = await sql<{ keyId: number; rows: number }>({
      text: `select get_byte("${column}", 1) "keyId", count(*) rows from "${table}"
              where "${column}" is not null group by 1 order by 1`,
    })
    usage.push(...counts.map((count) => ({ table, column, ...count })))
  }
  return usage
}
