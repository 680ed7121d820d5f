import { transact } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { actorKey } from '../policy/actor.ts'
import { authorizeStaffRow } from '../policy/authorize-row.ts'
import { sealCaseText } from './case-content.ts'
import { lockVersion } from './lock-case.ts'
import { recordCaseEvent } from './record-case-event.ts'

/**
 * Says that a case was opened in error, and why. It stays on record, is in no list unless asked for, and changes no more;
 * its visits are taken out of it and stay what they are.
 *
 * @throws DomainError `stale_version`
 */
export async function withdrawCase(
  ctx: Ctx,
  { caseId, version, reason }: { caseId: string; version: number; reason: string },
): Promise<{ version: number; visits: number }> {
  const found = await authorizeStaffRow(ctx, 'case.write', { table: 'care_case', resource: 'case', id: caseId })
  const { hospitalId, patientId } = found
  return transact(ctx, async (tx) => {
    await lockVersion(tx.sql, { caseId, patientId, version })
    await tx.sql({
      text: `update care_case set erroneous_by = $2, erroneous_at = $3, reason_cipher = $4, version = version + 1
              where id = $1`,
      values: [caseId, actorKey(ctx.actor), ctx.now(), sealCaseText(ctx.db.keys, caseId, 'reason', reason)],
    })
    const visits = await tx.sql<{ id: string }>({
      text: 'update visit set case_id = null where case_id = $1 returning id',
      values: [caseId],
    })
    const event = { hospitalId, patientId, caseId }
    for (const { id: visitId } of visits) recordCaseEvent(tx, ctx, { ...event, kind: 'visit_removed', visitId })
    recordCaseEvent(tx, ctx, { ...event, kind: 'withdrawn' })
    tx.audit({
      hospitalId,
      action: 'case.withdraw',
      resource: { type: 'case', id: caseId },
      patientIds: [patientId],
      detail: { visits: visits.length },
    })
    return { version: version + 1, visits: visits.length }
  })
}
