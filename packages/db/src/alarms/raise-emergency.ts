import { transact } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { DomainError } from '../kernel/errors.ts'
import { actorKey } from '../policy/actor.ts'
import { authorize } from '../policy/authorize.ts'
import { type AlarmRow, alarmColumns } from './alarm-row.ts'
import { record } from './respond-to-alarm.ts'
import { MANUAL_EMERGENCY_RULE } from './rules.ts'

/**
 * A person calls for help, at the bed or as the patient. Calling again while nobody has answered is the same call: it is
 * announced once more and never doubled. Once answered, calling again is a new call, since only a call that is raised is
 * repeated and escalated; the answered one is closed with its answer on record.
 *
 * @throws DomainError `not_admitted`
 */
export async function raiseEmergency(ctx: Ctx, { patientId }: { patientId: string }): Promise<AlarmRow> {
  await authorize(ctx, 'alarm.emergency', { type: 'patient', id: patientId })
  return transact(ctx, async (tx) => {
    const [monitor] = await tx.sql<{ hospitalId: string; admissionId: string; wardId: string }>({
      text: `select hospital_id "hospitalId", admission_id "admissionId", ward_id "wardId"
               from patient_monitor where patient_id = $1 and active for update`,
      values: [patientId],
    })
    if (!monitor) throw new DomainError('not_admitted', 'The patient is not admitted.', { field: 'patientId' })
    const { hospitalId, admissionId, wardId } = monitor
    const answered = await tx.sql<AlarmRow>({
      text: `update alarm set status = 'resolved', resolution = 'superseded', resolved_at = greatest(raised_at, $3),
                    resolved_by = $4
              where patient_id = $1 and rule = $2 and status = 'acknowledged' returning ${alarmColumns}`,
      values: [patientId, MANUAL_EMERGENCY_RULE, ctx.now(), actorKey(ctx.actor)],
    })
    for (const alarm of answered) await record(tx, ctx, { hospitalId, alarm, topic: 'alarm.resolved' })
    const [alarm] = await tx.sql<AlarmRow & { isNew: boolean }>({
      text: `insert into alarm as a (id, hospital_id, patient_id, admission_id, ward_id, rule, level, status, raised_at,
                                     created_at, last_announced_at, announcements)
             values ($1, $2, $3, $4, $5, $6, 'emergency', 'raised', $7, $7, $7, 1)
             on conflict (patient_id, rule) where status <> 'resolved' do update set
               announcements = a.announcements + 1, last_announced_at = $7
          returning ${alarmColumns}, (xmax = 0) "isNew"`,
      values: [ctx.newId(), hospitalId, patientId, admissionId, wardId, MANUAL_EMERGENCY_RULE, ctx.now()],
    })
    if (!alarm) throw new Error('The emergency was not written.')
    const { isNew, ...row } = alarm
    await record(tx, ctx, { hospitalId, alarm: row, topic: isNew ? 'alarm.raised' : 'alarm.repeated' })
    return row
  })
}
