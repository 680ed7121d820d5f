import type { Transaction } from '../database/transact.ts'
import { appendEvents } from '../events/append-event.ts'
import type { Ctx } from '../kernel/context.ts'
import { actorKey } from '../policy/actor.ts'
import { type AlarmRow, alarmColumns } from './alarm-row.ts'
import { alarmEntry, alarmEvent } from './apply-transitions.ts'

/** Closes every open alarm of a patient, within the caller's transaction. */
export async function resolveAlarms(
  tx: Transaction,
  ctx: Ctx,
  { patientId, resolution }: { patientId: string; resolution: 'discharged' },
): Promise<void> {
  const rows = await tx.sql<AlarmRow & { hospitalId: string }>({
    text: `update alarm set status = 'resolved', resolution = $2, resolved_at = greatest(raised_at, $3), resolved_by = $4
            where patient_id = $1 and status <> 'resolved' returning hospital_id "hospitalId", ${alarmColumns}`,
    values: [patientId, resolution, ctx.now(), actorKey(ctx.actor)],
  })
  const events = rows.map(({ hospitalId, ...alarm }) => alarmEvent('alarm.resolved', hospitalId, alarm))
  await appendEvents(tx.sql, ctx, events)
  for (const event of events) tx.audit(alarmEntry(event))
}
