import { type Page, pageOf } from '../database/page.ts'
import { recordRead } from '../audit/record-read.ts'
import { shownAtBedside } from '../consent/permitted.ts'
import type { Ctx } from '../kernel/context.ts'
import { asIfAbsent, notFound } from '../kernel/errors.ts'
import { nobody } from '../kernel/ids.ts'
import { authorize, type Access } from '../policy/authorize.ts'
import type { Action } from '../policy/permissions.ts'
import { type AlarmRow, alarmColumns } from './alarm-row.ts'

/** Finds an alarm and asks for leave on its patient; what one may not see is not there. */
export async function authorizeAlarm(
  ctx: Ctx,
  action: Action,
  alarmId: string,
): Promise<{ access: Access; patientId: string; hospitalId: string }> {
  await authorize(ctx, action, { type: 'hospital' })
  const [alarm] = await ctx.sql<{ patientId: string; hospitalId: string }>({
    name: 'alarm_patient',
    text: 'select patient_id "patientId", hospital_id "hospitalId" from alarm where id = $1',
    values: [alarmId],
  })
  // Asked for nobody's too: an alarm that is not there takes as long as one that is somebody else's.
  const access = await authorize(ctx, action, { type: 'patient', id: alarm?.patientId ?? nobody }).catch(
    asIfAbsent('alarm'),
  )
  if (!alarm || (access.hospitalId !== null && access.hospitalId !== alarm.hospitalId)) throw notFound('alarm')
  return { access, ...alarm }
}

export interface AlarmFilter {
  /** One patient, or all one cares for. */
  patientId: string | null
  openOnly: boolean
  /** Created at or after this instant. */
  since: string | null
  after: string | null
  limit: number
}

/** Alarms newest first; of one patient, or of everybody within one's care. */
export async function listAlarms(
  ctx: Ctx,
  { patientId, openOnly, since, after, limit }: AlarmFilter,
): Promise<Page<AlarmRow>> {
  const access = await authorize(
    ctx,
    'alarm.read',
    patientId === null ? { type: 'hospital' } : { type: 'patient', id: patientId },
  )
  const values: unknown[] = [limit + 1]
  const bind = (value: unknown) => `$${values.push(value)}`
  const conditions = [
    access.reach === 'self' ? `patient_id = ${bind(access.patientId)}` : `hospital_id = ${bind(access.hospitalId)}`,
    ...(patientId === null ? [] : [`patient_id = ${bind(patientId)}`]),
    ...(patientId === null && access.reach === 'care-team'
      ? [inCare(bind(access.membershipId)), shownAtBedside(bind, 'alarm.patient_id', access.viewer)]
      : []),
    ...(openOnly ? [`status <> 'resolved'`] : []),
    ...(since === null ? [] : [`created_at >= ${bind(since)}`]),
    // Ids are UUIDs of version 7: in the order of creation.
    ...(after === null ? [] : [`id < ${bind(after)}`]),
  ]
  const rows = await ctx.sql<AlarmRow>({
    text: `select ${alarmColumns} from alarm where ${conditions.join(' and ')} order by id desc limit $1`,
    values,
  })
  const { items, next } = pageOf(rows, limit, ({ id }) => id)
  await recordRead(ctx, {
    hospitalId: access.hospitalId,
    action: 'alarm.list',
    resource: { type: 'alarm-list', id: null },
    patientIds: [...new Set(items.map((alarm) => alarm.patientId))],
  })
  return { items, next }
}

function inCare(membership: string): string {
  return `exists (select 1 from care_team_member c where c.membership_id = ${membership} and c.until is null
    and (c.patient_id = alarm.patient_id or c.ward_id = alarm.ward_id))`
}

/** One alarm with the note of whoever acknowledged it. */
export async function getAlarm(
  ctx: Ctx,
  { alarmId }: { alarmId: string },
): Promise<AlarmRow & { note: string | null }> {
  const { access, patientId } = await authorizeAlarm(ctx, 'alarm.read', alarmId)
  const [row] = await ctx.sql<AlarmRow & { noteCipher: Buffer | null }>({
    text: `select ${alarmColumns}, note_cipher "noteCipher" from alarm where id = $1`,
    values: [alarmId],
  })
  if (!row) throw notFound('alarm')
  await recordRead(ctx, {
    hospitalId: access.hospitalId,
    action: 'alarm.read',
    resource: { type: 'alarm', id: alarmId },
    patientIds: [patientId],
  })
  const { noteCipher, ...alarm } = row
  const place = { table: 'alarm', column: 'note', id: alarmId }
  return { ...alarm, note: noteCipher === null ? null : ctx.db.keys.decrypt(noteCipher, place) }
}
