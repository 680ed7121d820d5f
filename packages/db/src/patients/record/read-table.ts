import { pageOf } from '../../database/page.ts'
import type { Query } from '../../database/sql.ts'
import { isDataException } from '../../database/sql-state.ts'
import type { KeyRing } from '../../encryption/key-ring.ts'
import { type DomainError, invalid } from '../../kernel/errors.ts'
import { type RecordScope, type RecordTable, withinScope } from './record-tables.ts'

export type RecordRow = Record<string, unknown>

export interface TablePage {
  rows: RecordRow[]
  /** Give it back as `after` for the next page; null on the last one. */
  next: string | null
}

/** Encrypted columns that hold JSON. */
const jsonColumns: ReadonlySet<string> = new Set([
  'care_case_event.former',
  'clinical_entry.content',
  'patient.address',
  'patient.emergency_contact',
  'patient.prior_care',
  'visit.content',
  'visit_revision.content',
  'symptom_check.answer',
  'symptom_check.complaint',
])

/** What says nothing of the patient: where a row stands in the log's chain, who else was in the same list, a name once more. */
const leftOut: Readonly<Record<string, readonly string[]>> = {
  audit_entry: ['patient_ids', 'seq'],
  patient: ['search_name'],
}

/** What a doctor keeps to themselves. Internal notes of visits need no line: a patient's scope does not reach them. */
const amongClinicians: Readonly<Record<string, readonly string[]>> = { appointment: ['doctor_note_cipher'] }

/**
 * One page of a table's rows in the order of its key, deciphered. Blind indexes, token hashes and transaction ids are left
 * out: they are means of the system, and say nothing that the other columns do not.
 */
export async function readTable(
  { sql, keys }: { sql: Query; keys: KeyRing },
  table: RecordTable,
  { scope, after, limit }: { scope: RecordScope; after: string | null; limit: number },
): Promise<TablePage> {
  const values: unknown[] = [scope.patientIds, scope.hospitalId, limit + 1]
  const typeOf = new Map(table.columns.map(({ name, type }) => [name, type]))
  const place =
    after === null
      ? ''
      : `and (${table.key.map((column) => `t.${column}`).join(', ')}) > (${parseCursor(after, table.key.length)
          .map((value, index) => `$${values.push(value)}::${typeOf.get(table.key[index] ?? '')}`)
          .join(', ')})`
  const isRead = ({ name, type }: RecordTable['columns'][number]) =>
    type !== 'xid8' && (type !== 'bytea' || name.endsWith('_cipher'))
  const columns = table.columns.filter(isRead).map(({ name }) => `t.${name}`)
  const found = await sql<RecordRow>({
    text: `select ${columns.join(', ')}, jsonb_build_array(${table.key.map((column) => `t.${column}::text`).join(', ')}) "$key"
             from ${table.name} t where ${withinScope(table)} ${place}
            order by ${table.key.map((column) => `t.${column}`).join(', ')} limit $3`,
    values,
  }).catch((error: unknown) => {
    // The only values that somebody else could have written are those of the cursor.
    throw after !== null && isDataException(error) ? cursorError() : error
  })
  const { items, next } = pageOf(found, limit, (row) => toCursor(row['$key']))
  const omitted = [
    '$key',
    ...(leftOut[table.name] ?? []),
    ...(scope.isPatients ? (amongClinicians[table.name] ?? []) : []),
  ]
  return { rows: items.map((row) => openRow(keys, row, { table: table.name, omitted })), next }
}

/** How many rows of a table are in scope. */
export async function countRows(sql: Query, table: RecordTable, scope: RecordScope): Promise<number> {
  const [row] = await sql<{ rows: number }>({
    text: `select count(*) "rows" from ${table.name} t where ${withinScope(table)}`,
    values: [scope.patientIds, scope.hospitalId],
  })
  return row?.rows ?? 0
}

function openRow(
  keys: KeyRing,
  row: RecordRow,
  { table, omitted }: { table: string; omitted: readonly string[] },
): RecordRow {
  return Object.fromEntries(
    Object.entries(row)
      .filter(([column]) => !omitted.includes(column))
      .map(([column, value]) => {
        if (!column.endsWith('_cipher')) return [column, value]
        const name = column.slice(0, -'_cipher'.length)
        if (!Buffer.isBuffer(value)) return [name, null]
        const text = keys.decrypt(value, { table, column: name, id: String(row['id']) })
        return [name, jsonColumns.has(`${table}.${name}`) ? (JSON.parse(text) as unknown) : text]
      }),
  )
}

function toCursor(key: unknown): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url')
}

function parseCursor(text: string, length: number): string[] {
  try {
    const key: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
    if (Array.isArray(key) && key.length === length && key.every((part) => typeof part === 'string')) return key
  } catch {
    // No JSON: no cursor of ours.
  }
  throw cursorError()
}

function cursorError(): DomainError {
  return invalid('after', '`next` of the page before')
}
