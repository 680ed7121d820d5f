import type { Transaction } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { actorKey } from '../policy/actor.ts'
import { pendingStatuses } from './states.ts'

/**
 * Cancels what has not begun, as `closed`: for a file that is taken out, or (without patients) a hospital that closes.
 * Otherwise the doctor would wait for somebody whom nobody can see any more.
 */
export async function releaseAppointments(
  tx: Transaction,
  ctx: Ctx,
  { hospitalId, patientIds }: { hospitalId: string; patientIds: readonly string[] | null },
): Promise<void> {
  await tx.sql({
    text: `update appointment set status = 'cancelled', cancelled_as = 'closed', cancelled_by = $3, cancelled_at = $4,
                  version = version + 1
            where hospital_id = $1 and ($2::uuid[] is null or patient_id = any($2)) and status = any($5)`,
    values: [hospitalId, patientIds, actorKey(ctx.actor), ctx.now(), pendingStatuses],
  })
}
