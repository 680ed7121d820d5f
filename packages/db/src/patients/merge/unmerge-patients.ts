import { separateVisits } from '../../cases/separate-visits.ts'
import { type Transaction, transact } from '../../database/transact.ts'
import type { Ctx } from '../../kernel/context.ts'
import { notFound } from '../../kernel/errors.ts'
import { actorKey } from '../../policy/actor.ts'
import { authorizeStaff } from '../../policy/authorize.ts'
import { announce } from './merge-patients.ts'
import { moveRowsBack } from './moved-rows.ts'

/**
 * Takes a merge back: every row it moved is the other file's again, what it ended goes on, and both files are found as
 * before. What was written since stays with the surviving file, except a login that came through an invitation of the
 * file that went. Of merges one upon the other the last is undone first; until then the earlier one is not found.
 */
export async function unmergePatients(
  ctx: Ctx,
  { mergeId, reason }: { mergeId: string; reason: string },
): Promise<{ patientId: string; mergedId: string; rows: number }> {
  const { hospitalId } = await authorizeStaff(ctx, 'patient.merge', { type: 'hospital' })
  return transact(ctx, async (tx) => {
    const [merge] = await tx.sql<{ patientId: string; mergedId: string }>({
      text: `select m.patient_id "patientId", m.merged_id "mergedId"
               from patient_merge m join registration r on r.hospital_id = m.hospital_id and r.patient_id = m.patient_id
              where m.id = $1 and m.hospital_id = $2 and m.undone_at is null and r.removed_at is null
                for update`,
      values: [mergeId, hospitalId],
    })
    if (!merge) throw notFound('merge')
    const { patientId, mergedId } = merge
    await tx.sql({
      text: 'update patient_merge set undone_at = $2, undone_by = $3, undo_reason_cipher = $4 where id = $1',
      values: [
        mergeId,
        ctx.now(),
        actorKey(ctx.actor),
        ctx.db.keys.encrypt(reason, { table: 'patient_merge', column: 'undo_reason', id: mergeId }),
      ],
    })
    const rows = await moveRowsBack(tx.sql, { mergeId, from: patientId, to: mergedId })
    await separateVisits(tx, ctx, { hospitalId, patientIds: [patientId, mergedId] })
    await reopen(tx, mergeId)
    await returnInvited(tx, { mergeId, patientId, mergedId })
    tx.audit({
      hospitalId,
      action: 'patient.unmerge',
      resource: { type: 'patient-merge', id: mergeId },
      patientIds: [patientId, mergedId],
      detail: { rows },
    })
    announce(tx, hospitalId)
    return { patientId, mergedId, rows }
  })
}

/** Who accepted, after the merge, an invitation to the file that went was never meant for the survivor. */
async function returnInvited(
  tx: Transaction,
  { mergeId, patientId, mergedId }: { mergeId: string; patientId: string; mergedId: string },
): Promise<void> {
  await tx.sql({
    text: `update patient_access a set patient_id = $3 from patient_merge_row m
            where m.merge_id = $1 and m.table_name = 'invitation' and m.change = 'moved'
              and a.granted_by = 'invitation:' || m.row_id and a.patient_id = $2
              and not exists (select 1 from patient_access o
                               where o.patient_id = $3 and o.user_id = a.user_id and o.revoked_at is null)`,
    values: [mergeId, patientId, mergedId],
  })
}

async function reopen(tx: Transaction, mergeId: string): Promise<void> {
  for (const [table, column] of [
    ['registration', 'removed_at'],
    ['patient_access', 'revoked_at'],
  ] as const) {
    await tx.sql({
      text: `update ${table} t set ${column} = null from patient_merge_row m
              where m.merge_id = $1 and m.table_name = '${table}' and m.change = 'closed' and t.id = m.row_id`,
      values: [mergeId],
    })
  }
}
