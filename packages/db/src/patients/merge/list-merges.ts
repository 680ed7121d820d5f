import { recordRead } from '../../audit/record-read.ts'
import type { Ctx } from '../../kernel/context.ts'
import { authorizeStaff } from '../../policy/authorize.ts'

export interface MergeRow {
  id: string
  patientId: string
  mergedId: string
  reason: string
  mergedBy: string
  mergedAt: string
  undoneBy: string | null
  undoneAt: string | null
  undoReason: string | null
}

/** What was merged into a patient's file, undone merges included, newest first. */
export async function listMerges(ctx: Ctx, { patientId }: { patientId: string }): Promise<MergeRow[]> {
  const { hospitalId } = await authorizeStaff(ctx, 'patient.merge', { type: 'patient', id: patientId })
  const rows = await ctx.sql<
    Omit<MergeRow, 'reason' | 'undoReason'> & { reasonCipher: Buffer; undoReasonCipher: Buffer | null }
  >({
    text: `select id, patient_id "patientId", merged_id "mergedId", reason_cipher "reasonCipher", merged_by "mergedBy",
                  merged_at "mergedAt", undone_by "undoneBy", undone_at "undoneAt", undo_reason_cipher "undoReasonCipher"
             from patient_merge
            where hospital_id = $1 and (patient_id in (select merged_records($2)) or merged_id = $2)
            order by id desc limit 200`,
    values: [hospitalId, patientId],
  })
  await recordRead(ctx, {
    hospitalId,
    action: 'patient.merges',
    resource: { type: 'patient', id: patientId },
    patientIds: [patientId],
  })
  const open = (id: string, column: string, stored: Buffer) =>
    ctx.db.keys.decrypt(stored, { table: 'patient_merge', column, id })
  return rows.map(({ reasonCipher, undoReasonCipher, ...row }) => ({
    ...row,
    reason: open(row.id, 'reason', reasonCipher),
    undoReason: undoReasonCipher === null ? null : open(row.id, 'undo_reason', undoReasonCipher),
  }))
}
