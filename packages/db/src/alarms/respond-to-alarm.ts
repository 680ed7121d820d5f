import { transact, type Transaction } from '../database/transact.ts'
import { appendEvents, type EventTopic } from '../events/append-event.ts'
import type { Ctx } from '../kernel/context.ts'
import { DomainError, notFound } from '../kernel/errors.ts'
import { actorKey } from '../policy/actor.ts'
import { type AlarmRow, alarmColumns } from './alarm-row.ts'
import { authorizeAlarm } from './alarms.ts'
import { alarmEvent } from './apply-transitions.ts'
import { decideSnooze, nextStatus, statusesAllowing } from './lifecycle.ts'
import { DEFAULT_ALARM_SETTINGS } from './settings.ts'

/**
 * "I have seen it": stops repeats and escalation, with the name of whoever did and a note. Acknowledging again is no
 * error and changes nothing: the first one stays on record.
 *
 * @throws DomainError `alarm_closed` when it is resolved already
 */
export async function acknowledgeAlarm(
  ctx: Ctx,
  { alarmId, note }: { alarmId: string; note?: string | undefined },
): Promise<AlarmRow> {
  const { hospitalId, patientId } = await authorizeAlarm(ctx, 'alarm.respond', alarmId)
  return transact(ctx, async (tx) => {
    await takeMonitor(tx, patientId)
    const place = { table: 'alarm', column: 'note', id: alarmId }
    const [alarm] = await tx.sql<AlarmRow>({
      text: `update alarm set status = 'acknowledged', acknowledged_at = $2, acknowledged_by = $3, note_cipher = $4,
                    snoozed_until = null
              where id = $1 and status = any($5) returning ${alarmColumns}`,
      values: [
        alarmId,
        ctx.now(),
        actorKey(ctx.actor),
        note === undefined ? null : ctx.db.keys.encrypt(note, place),
        statusesAllowing('acknowledge'),
      ],
    })
    if (!alarm) {
      const standing = await readAlarm(tx, alarmId)
      if (standing.status === 'acknowledged') return standing
      throw closed()
    }
    await record(tx, ctx, { hospitalId, alarm, topic: 'alarm.acknowledged' })
    return alarm
  })
}

/** Silences repeats and escalation for some minutes, as long as its level allows; an emergency is never silenced. */
export async function snoozeAlarm(
  ctx: Ctx,
  { alarmId, minutes }: { alarmId: string; minutes: number },
): Promise<AlarmRow> {
  const { hospitalId, patientId } = await authorizeAlarm(ctx, 'alarm.respond', alarmId)
  return transact(ctx, async (tx) => {
    await takeMonitor(tx, patientId)
    const standing = await readAlarm(tx, alarmId)
    const { responses } = DEFAULT_ALARM_SETTINGS
    const decision = decideSnooze(standing, { minutes, now: ctx.now().getTime() }, responses)
    if (!decision.allowed) {
      if (decision.reason === 'not_announcing') throw closed()
      const longest = responses[standing.level].maxSnoozeMinutes
      throw new DomainError(
        'snooze_refused',
        longest === 0 ? 'This alarm cannot be snoozed.' : `This alarm can be snoozed for at most ${longest} minutes.`,
        { field: 'minutes', expected: `at most ${longest}` },
      )
    }
    const [alarm] = await tx.sql<AlarmRow>({
      text: `update alarm set snoozed_until = $2 where id = $1 returning ${alarmColumns}`,
      values: [alarmId, new Date(decision.until)],
    })
    if (!alarm) throw notFound('alarm')
    await record(tx, ctx, { hospitalId, alarm, topic: 'alarm.snoozed' })
    return alarm
  })
}

/**
 * Closes an alarm by hand: an emergency once help is there, or one whose cause a person has dealt with. A condition that
 * still holds stays known to the monitor and does not alarm again before it has recovered.
 */
export async function resolveAlarm(ctx: Ctx, { alarmId }: { alarmId: string }): Promise<AlarmRow> {
  const { hospitalId, patientId } = await authorizeAlarm(ctx, 'alarm.respond', alarmId)
  return transact(ctx, async (tx) => {
    await takeMonitor(tx, patientId)
    const standing = await readAlarm(tx, alarmId)
    if (nextStatus(standing.status, 'resolve') === undefined) return standing
    const [alarm] = await tx.sql<AlarmRow>({
      text: `update alarm set status = 'resolved', resolution = 'handled', resolved_at = greatest(raised_at, $2), resolved_by = $3
              where id = $1 and status <> 'resolved' returning ${alarmColumns}`,
      values: [alarmId, ctx.now(), actorKey(ctx.actor)],
    })
    if (!alarm) throw closed()
    await record(tx, ctx, { hospitalId, alarm, topic: 'alarm.resolved' })
    return alarm
  })
}

/** Ingest takes the monitor before the alarms; in the same order, an answer and a reading never wait for each other. */
async function takeMonitor(tx: Transaction, patientId: string): Promise<void> {
  await tx.sql({ text: 'select 1 from patient_monitor where patient_id = $1 for update', values: [patientId] })
}

async function readAlarm(tx: Transaction, alarmId: string): Promise<AlarmRow> {
  const [alarm] = await tx.sql<AlarmRow>({
    text: `select ${alarmColumns} from alarm where id = $1`,
    values: [alarmId],
  })
  if (!alarm) throw notFound('alarm')
  return alarm
}

function closed(): DomainError {
  return new DomainError('alarm_closed', 'The alarm no longer asks for an answer.', { field: 'alarmId' })
}

export async function record(
  tx: Transaction,
  ctx: Ctx,
  { hospitalId, alarm, topic }: { hospitalId: string; alarm: AlarmRow; topic: EventTopic },
): Promise<void> {
  // Tiles show alarms: the monitor counts as changed.
  await tx.sql({
    text: 'update patient_monitor set xid = pg_current_xact_id() where patient_id = $1',
    values: [alarm.patientId],
  })
  await appendEvents(tx.sql, ctx, [alarmEvent(topic, hospitalId, alarm)])
  tx.audit({
    hospitalId,
    action: topic,
    resource: { type: 'alarm', id: alarm.id },
    patientIds: [alarm.patientId],
    detail: { rule: alarm.rule, level: alarm.level, status: alarm.status },
  })
  tx.publish({ type: 'bedside', hospitalId })
}
