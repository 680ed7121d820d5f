import type { Database } from '../database/open-database.ts'
import { poolTransaction } from '../database/pool-transaction.ts'
import type { Query } from '../database/sql.ts'
import { type EncryptedColumn, encryptedColumns } from './encrypted-columns.ts'
import type { KeyRing } from './key-ring.ts'

/** What a rotation did with one column. */
export interface RotatedColumn {
  table: string
  column: string
  /** Values that carry the newest key now and did not before. */
  rewrapped: number
  /** Values that no key of the ring opens in their place; they are left as they are. */
  unreadable: number
}

/** Whose values are whole files, megabytes each: of these a batch holds few. */
const largeColumns: ReadonlySet<string> = new Set(['sent_document.content'])
const fewRows = 4

export interface RotateKeysOptions {
  /** Rows a transaction. */
  batch?: number
  /** After every transaction. */
  onProgress?: (column: RotatedColumn) => void
}

/**
 * Encrypts with the ring's newest key whatever another key encrypted: column by column from the catalogue, in batches by
 * primary key. Each batch commits with its cursor, so that a run which was killed is gone on with by the next. A value is
 * replaced only where it still is what was read, so that servers go on writing meanwhile; they need the same ring, or what
 * they write carries the key of before and is for the next run.
 */
export async function rotateKeys(
  { sql, pool, keys }: Pick<Database, 'sql' | 'pool' | 'keys'>,
  { batch = 500, onProgress = () => undefined }: RotateKeysOptions = {},
): Promise<RotatedColumn[]> {
  const columns: RotatedColumn[] = []
  for (const column of await encryptedColumns(sql)) {
    const done: RotatedColumn = { table: column.table, column: column.column, rewrapped: 0, unreadable: 0 }
    const place = `${column.table}.${column.column}`
    const size = largeColumns.has(place) ? Math.min(batch, fewRows) : batch
    let after = await readCursor(sql, { place, keyId: keys.currentId })
    for (;;) {
      const from = after
      const step = await poolTransaction(pool, {
        work: (tx) => rewrapBatch(tx, { keys, column, after: from, batch: size }),
      })
      done.rewrapped += step.rewrapped
      done.unreadable += step.unreadable
      onProgress({ ...done })
      if (step.last === null) break
      after = step.last
    }
    await sql({ text: 'delete from rewrap_cursor where place = $1', values: [place] })
    columns.push(done)
  }
  return columns
}

/** Where a run with the same key stopped; null where none did. */
async function readCursor(sql: Query, { place, keyId }: { place: string; keyId: number }): Promise<string[] | null> {
  const [row] = await sql<{ after: string | null }>({
    text: 'select after from rewrap_cursor where place = $1 and key_id = $2',
    values: [place, keyId],
  })
  return row?.after == null ? null : (JSON.parse(row.after) as string[])
}

interface Batch {
  keys: KeyRing
  column: EncryptedColumn
  after: string[] | null
  batch: number
}

interface Step {
  rewrapped: number
  unreadable: number
  /** The key of the last row looked at; null when there was none. */
  last: string[] | null
}

async function rewrapBatch(
  sql: Query,
  { keys, column: { table, column, name, key }, after, batch }: Batch,
): Promise<Step> {
  const keyColumns = key.map((part) => `"${part.column}"`).join(', ')
  const keyTexts = key.map((part) => `"${part.column}"::text`).join(', ')
  const bounds = key.map((part, index) => `$${index + 3}::${part.type}`).join(', ')
  const rows = await sql<{ key: string[]; stored: Buffer }>({
    text: `select array[${keyTexts}] "key", "${column}" stored from "${table}"
            where "${column}" is not null and get_byte("${column}", 1) <> $1
              ${after === null ? '' : `and (${keyColumns}) > (${bounds})`}
            order by ${keyColumns} limit $2`,
    values: [keys.currentId, batch, ...(after ?? [])],
  })
  const last = rows.at(-1)?.key
  if (last === undefined) return { rewrapped: 0, unreadable: 0, last: null }
  const fresh = rows.flatMap((row) => {
    const rewrapped = rewrap(keys, row.stored, { table, column: name, id: row.key.join('/') })
    return rewrapped === null ? [] : [{ ...row, rewrapped }]
  })
  const same = key.map((part, index) => `t."${part.column}" = v.k${index + 1}::${part.type}`).join(' and ')
  const replaced = await sql({
    text: `update "${table}" t set "${column}" = v.fresh
             from unnest($1::bytea[], $2::bytea[], ${key.map((_, index) => `$${index + 3}::text[]`).join(', ')})
               as v(stored, fresh, ${key.map((_, index) => `k${index + 1}`).join(', ')})
            where ${same} and t."${column}" = v.stored returning 1`,
    values: [
      fresh.map(({ stored }) => stored),
      fresh.map(({ rewrapped }) => rewrapped),
      ...key.map((_, index) => fresh.map((row) => row.key[index])),
    ],
  })
  await sql({
    text: `insert into rewrap_cursor (place, key_id, after, updated_at) values ($1, $2, $3, now())
           on conflict (place) do update set key_id = $2, after = $3, updated_at = now()`,
    values: [`${table}.${column}`, keys.currentId, JSON.stringify(last)],
  })
  return { rewrapped: replaced.length, unreadable: rows.length - fresh.length, last }
}

function rewrap(keys: KeyRing, stored: Buffer, place: Parameters<KeyRing['decrypt']>[1]): Buffer | null {
  try {
    return keys.encryptBytes(keys.decryptBytes(stored, place), place)
  } catch {
    // Counted and told: what no key opens is not lost by leaving it as it is.
    return null
  }
}
