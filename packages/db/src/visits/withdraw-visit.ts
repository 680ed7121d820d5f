import { transact } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { actorKey } from '../policy/actor.ts'
import { authorizeChange } from './authorize-visit.ts'
import { lockVisit } from './lock-visit.ts'
import { sealReason } from './visit-content.ts'

/**
 * Says that a visit was entered in error, and why. It stays on record, is in no list unless asked for, and can no longer be
 * changed.
 *
 * @throws DomainError `stale_version`, `forbidden` for a nurse whose visit it is not
 */
export async function withdrawVisit(
  ctx: Ctx,
  { visitId, version, reason }: { visitId: string; version: number; reason: string },
): Promise<{ version: number }> {
  const { hospitalId, patientId } = await authorizeChange(ctx, visitId)
  return transact(ctx, async (tx) => {
    await lockVisit(tx.sql, { visitId, patientId, version })
    await tx.sql({
      text: `update visit set erroneous_by = $2, erroneous_at = $3, reason_cipher = $4, version = version + 1
              where id = $1`,
      values: [visitId, actorKey(ctx.actor), ctx.now(), sealReason(ctx.db.keys, visitId, reason)],
    })
    tx.audit({
      hospitalId,
      action: 'visit.withdraw',
      resource: { type: 'visit', id: visitId },
      patientIds: [patientId],
    })
    return { version: version + 1 }
  })
}
