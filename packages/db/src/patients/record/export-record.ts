import { recordRead } from '../../audit/record-read.ts'
import { requireStepUp } from '../../identity/step-up.ts'
import type { Ctx } from '../../kernel/context.ts'
import { notFound } from '../../kernel/errors.ts'
import { authorize } from '../../policy/authorize.ts'
import { countRows, readTable, type RecordRow, type TablePage } from './read-table.ts'
import { recordIds, type RecordScope, type RecordTable, recordTables } from './record-tables.ts'

export interface RecordManifest {
  format: 'chartwire-record/1'
  patientId: string
  /** The patient's id and those of files merged into it. */
  recordIds: string[]
  /** The hospital whose rows these are; null: of all. */
  hospitalId: string | null
  exportedAt: string
  /** Every table that holds rows of patients, also where this one has none. */
  tables: { table: string; rows: number; next: string | null }[]
  leftOut: { what: string; why: string }[]
}

export interface RecordBundle {
  manifest: RecordManifest
  tables: Record<string, RecordRow[]>
}

/** Rows of one table in one answer; readings of a long stay are more. */
const pageSize = 5_000

const leftOut = [
  { what: 'blind indexes, token hashes, transaction ids', why: 'means of the system; they say nothing more' },
  { what: 'copies of documents that were sent', why: 'made from the record itself, and gone when their links run out' },
  { what: 'who else was in a list that was read', why: 'other patients' },
  {
    what: 'internal notes of visits and doctors’ own notes of appointments, but for the hospital that wrote them',
    why: 'clinicians wrote them for one another',
  },
  { what: 'stored answers of repeatable requests', why: 'encrypted copies, gone within a day' },
]

/**
 * A patient's whole record, deciphered: every table that holds rows of the patient, with a manifest. Of long tables the
 * first rows; `next` in the manifest is where `exportTable` goes on. For the patient everything, for staff what their
 * hospital holds.
 *
 * @throws DomainError `step_up_required`
 */
export async function exportRecord(ctx: Ctx, { patientId }: { patientId: string }): Promise<RecordBundle> {
  const scope = await exportScope(ctx, patientId)
  const manifest = await manifestOf(ctx, patientId, scope)
  const tables: RecordBundle['tables'] = {}
  for (const table of await recordTables(ctx.sql)) {
    const { rows, next } = await readTable(reader(ctx), table, { scope, after: null, limit: pageSize })
    tables[table.name] = rows
    const line = manifest.tables.find((one) => one.table === table.name)
    if (line) line.next = next
  }
  await recordExport(ctx, { patientId, scope, what: 'patient.export' })
  return { manifest, tables }
}

/** The rows of one table behind those that were given. @throws DomainError `step_up_required` */
export async function exportTable(
  ctx: Ctx,
  { patientId, table: name, after, limit }: { patientId: string; table: string; after: string | null; limit: number },
): Promise<TablePage> {
  const scope = await exportScope(ctx, patientId)
  const table = (await recordTables(ctx.sql)).find((one) => one.name === name)
  if (!table) throw notFound('table')
  const page = await readTable(reader(ctx), table, { scope, after, limit })
  await recordExport(ctx, { patientId, scope, what: 'patient.export-table' })
  return page
}

/** A record in pieces, for a program that writes it on: the manifest, then pages of every table. */
export interface RecordStream {
  manifest: RecordManifest
  pages: AsyncGenerator<{ table: string; rows: RecordRow[] }, void>
}

/** For the operator, so there is no actor to authorise; the export is on record before the first row is handed out. */
export async function streamRecord(
  ctx: Ctx,
  { patientId, hospitalId }: { patientId: string; hospitalId: string | null },
): Promise<RecordStream> {
  const scope = { patientIds: await recordIds(ctx.sql, patientId), hospitalId, isPatients: false }
  const known = await ctx.sql({
    text: 'select 1 from registration where patient_id = $1 and ($2::uuid is null or hospital_id = $2) limit 1',
    values: [patientId, hospitalId],
  })
  if (known.length === 0) throw notFound('patient')
  const manifest = await manifestOf(ctx, patientId, scope)
  await recordExport(ctx, { patientId, scope, what: 'patient.export' })
  return { manifest, pages: pagesOf(ctx, await recordTables(ctx.sql), scope) }
}

async function* pagesOf(
  ctx: Ctx,
  tables: readonly RecordTable[],
  scope: RecordScope,
): AsyncGenerator<{ table: string; rows: RecordRow[] }, void> {
  for (const table of tables) {
    let after: string | null = null
    do {
      const page: TablePage = await readTable(reader(ctx), table, { scope, after, limit: pageSize })
      if (page.rows.length > 0) yield { table: table.name, rows: page.rows }
      after = page.next
    } while (after !== null)
  }
}

async function exportScope(ctx: Ctx, patientId: string): Promise<RecordScope> {
  // Whatever the request is for, giving the record away is an export, and the patient may have said no to that.
  const access = await authorize({ ...ctx, purpose: 'export' }, 'patient.export', { type: 'patient', id: patientId })
  // A whole record leaves the house: not by a screen that was left open.
  await requireStepUp(ctx)
  const { hospitalId, reach } = access
  return { patientIds: await recordIds(ctx.sql, patientId), hospitalId, isPatients: reach === 'self' }
}

async function manifestOf(ctx: Ctx, patientId: string, scope: RecordScope): Promise<RecordManifest> {
  const tables: RecordManifest['tables'] = []
  for (const table of await recordTables(ctx.sql)) {
    tables.push({ table: table.name, rows: await countRows(ctx.sql, table, scope), next: null })
  }
  return {
    format: 'chartwire-record/1',
    patientId,
    recordIds: [...scope.patientIds],
    hospitalId: scope.hospitalId,
    exportedAt: ctx.now().toISOString(),
    tables,
    leftOut,
  }
}

function reader(ctx: Ctx) {
  return { sql: ctx.sql, keys: ctx.db.keys }
}

function recordExport(
  ctx: Ctx,
  { patientId, scope, what }: { patientId: string; scope: RecordScope; what: string },
): Promise<void> {
  return recordRead(ctx, {
    hospitalId: scope.hospitalId,
    action: what,
    resource: { type: 'patient', id: patientId },
    patientIds: scope.patientIds,
  })
}
