import { type Page, pageOf } from '../database/page.ts'
import type { Ctx } from '../kernel/context.ts'
import type { Capacity } from '../policy/actor.ts'
import { authorizeAuditReading } from './authorize-audit.ts'
import { recordRead } from './record-read.ts'

export interface AuditFilter {
  /** Under any id: what was done to files that were merged into it, too. */
  patientId: string | null
  /** A login's id. */
  userId: string | null
  action: string | null
  /** Instants: `from` inclusive, `until` exclusive. */
  from: string | null
  until: string | null
  /** `next` of the page before. */
  after: string | null
  limit: number
}

export interface AuditRow {
  seq: number
  at: string
  actor: string
  /** Of a login, its name now. */
  name: string | null
  capacity: Capacity | null
  purpose: string | null
  action: string
  resourceType: string
  resourceId: string | null
  patientIds: string[]
  requestId: string
  changed: string[]
  detail: Record<string, unknown> | null
}

/** The log of the hospital one acts in, newest first, for its administrators and privacy officers. The reading is logged. */
export async function listAuditEntries(
  ctx: Ctx,
  { patientId, userId, action, from, until, after, limit }: AuditFilter,
): Promise<Page<AuditRow>> {
  const { hospitalId } = await authorizeAuditReading(ctx)
  const values: unknown[] = [hospitalId, limit + 1]
  const bind = (value: unknown) => `$${values.push(value)}`
  const conditions = [
    'e.chain = $1',
    ...(after === null ? [] : [`e.seq < ${bind(after)}::bigint`]),
    ...(patientId === null ? [] : [`e.patient_ids && array(select merged_records(${bind(patientId)}::uuid))`]),
    ...(userId === null ? [] : [`e.actor = ${bind(`user:${userId}`)}`]),
    ...(action === null ? [] : [`e.action = ${bind(action)}`]),
    ...(from === null ? [] : [`e.at >= ${bind(from)}`]),
    ...(until === null ? [] : [`e.at < ${bind(until)}`]),
  ]
  const rows = await ctx.sql<AuditRow>({
    text: `select e.seq, e.at, e.actor, u.name, e.capacity, e.purpose, e.action, e.resource_type "resourceType",
                  e.resource_id "resourceId", e.patient_ids "patientIds", e.request_id "requestId", e.changed, e.detail
             from audit_entry e left join app_user u on 'user:' || u.id = e.actor
            where ${conditions.join(' and ')} order by e.seq desc limit $2`,
    values,
  })
  const { items, next } = pageOf(rows, limit, ({ seq }) => String(seq))
  await recordRead(ctx, {
    hospitalId,
    action: 'audit.read',
    resource: { type: 'audit-log', id: hospitalId },
    // The patient asked for; that others occur in a page of the log is no reading of their records.
    patientIds: patientId === null ? [] : [patientId],
    detail: { userId, action, from, until, entries: items.length },
  })
  return { items, next }
}
