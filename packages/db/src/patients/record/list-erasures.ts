import { type Page, pageOf } from '../../database/page.ts'
import type { Ctx } from '../../kernel/context.ts'
import { authorizeStaff } from '../../policy/authorize.ts'
import type { ErasureReport } from './erase-patient.ts'

export interface ErasureRow extends Pick<ErasureReport, 'erased' | 'kept' | 'retainUntil' | 'erasedAt'> {
  id: string
  patientId: string
  reason: string
  erasedBy: string
  purgedAt: string | null
}

/** The tombstones of the hospital one acts in, newest first. */
export async function listErasures(
  ctx: Ctx,
  { after, limit }: { after: string | null; limit: number },
): Promise<Page<ErasureRow>> {
  const { hospitalId } = await authorizeStaff(ctx, 'patient.erase', { type: 'hospital' })
  const rows = await ctx.sql<
    Omit<ErasureRow, 'reason' | 'erased' | 'kept'> & {
      reasonCipher: Buffer
      report: Pick<ErasureRow, 'erased' | 'kept'>
    }
  >({
    text: `select id, patient_id "patientId", erased_by "erasedBy", erased_at "erasedAt", reason_cipher "reasonCipher",
                  retain_until "retainUntil", purged_at "purgedAt", report
             from erasure where hospital_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3`,
    values: [hospitalId, after, limit + 1],
  })
  const { items: page, next } = pageOf(rows, limit, ({ id }) => id)
  const items = page.map(({ reasonCipher, report, ...row }) => ({
    ...row,
    ...report,
    reason: ctx.db.keys.decrypt(reasonCipher, { table: 'erasure', column: 'reason', id: row.id }),
  }))
  return { items, next }
}
