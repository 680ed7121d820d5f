import { type Page, pageOf } from '../database/page.ts'
import { recordRead } from '../audit/record-read.ts'
import type { Ctx } from '../kernel/context.ts'
import { authorize } from '../policy/authorize.ts'
import type { EntryKind } from './clinical-entry.entity.ts'
import { type Entry, entryColumns, type EntryRow, openEntry } from './entry-content.ts'

export interface ListEntriesInput {
  patientId: string
  kind: EntryKind | null
  /** Also what was entered in error. */
  includeErroneous: boolean
  after: string | null
  limit: number
}

/**
 * A patient's allergies, conditions and medications in the order they were recorded. Staff read what their own hospital
 * recorded, the patient everything.
 */
export async function listEntries(
  ctx: Ctx,
  { patientId, kind, includeErroneous, after, limit }: ListEntriesInput,
): Promise<Page<Entry>> {
  const { hospitalId } = await authorize(ctx, 'clinical-list.read', { type: 'patient', id: patientId })
  const rows = await ctx.sql<EntryRow>({
    name: 'clinical_entries',
    text: `select ${entryColumns} from clinical_entry
            where patient_id = $1 and ($2::uuid is null or hospital_id = $2) and ($3::text is null or kind = $3)
              and ($4 or erroneous_at is null) and ($5::uuid is null or id > $5)
            order by id limit $6`,
    values: [patientId, hospitalId, kind, includeErroneous, after, limit + 1],
  })
  await recordRead(ctx, {
    hospitalId,
    action: 'clinical-list.read',
    resource: { type: 'patient', id: patientId },
    patientIds: [patientId],
  })
  const { items: page, next } = pageOf(rows, limit, ({ id }) => id)
  const items = page.map((row) => openEntry(ctx.db.keys, row))
  return { items, next }
}
