import { type Page, pageOf } from '../database/page.ts'
import type { DocumentChannel } from '../documents/sent-document.entity.ts'
import type { Ctx } from '../kernel/context.ts'
import { invalid } from '../kernel/errors.ts'
import { authorize } from '../policy/authorize.ts'
import { recordRead } from './record-read.ts'

export interface AccessRow {
  /** Give the last one's back as `after`. */
  id: string
  at: string
  action: string
  /**
   * `own`: this login; `representative`: somebody who acts for the patient; `link`: whoever had the link that was sent to the
   * patient, and knew the birth date; `system`: the alarm sweep, the operator.
   */
  by: 'own' | 'representative' | 'staff' | 'link' | 'system'
  /** Of staff and representatives. */
  name: string | null
  /** The role at the hospital, or how a representative is related. */
  role: string | null
  hospital: string | null
  /** What a directive can name, to permit or deny. */
  membershipId: string | null
  purpose: string | null
  /** The record was opened without a care relationship, or against a directive. */
  isBreakGlass: boolean
  /** Of a document that was opened by its link: which, and how and when the link went out. */
  document: { id: string; channel: DocumentChannel; sentAt: string } | null
  /** Names of fields that were changed; none for what was only read. */
  changed: string[]
}

interface StoredAccess extends Omit<AccessRow, 'document'> {
  documentId: string | null
  channel: DocumentChannel | null
  sentAt: string | null
}

export interface AccessFilter {
  from: string | null
  until: string | null
  include: 'others' | 'all'
  after: string | null
  limit: number
}

/**
 * Who read or changed the record of the patient one acts for, at every hospital, newest first: name, role, hospital, when,
 * what and what for. What was refused to somebody is no access and is left out.
 */
export async function whoReadMe(
  ctx: Ctx,
  { from, until, include, after, limit }: AccessFilter,
): Promise<Page<AccessRow>> {
  const access = await authorize(ctx, 'audit.read-own', { type: 'hospital' })
  if (access.reach !== 'self' || ctx.actor.kind !== 'user') throw new Error('Only a patient has an own record.')
  const cursor = after === null ? null : parseCursor(after)
  const values: unknown[] = [access.patientId, `user:${ctx.actor.userId}`, limit + 1]
  const bind = (value: unknown) => `$${values.push(value)}`
  const conditions = [
    'e.patient_ids && array(select merged_records($1::uuid))',
    `e.action not in ('access.refused', 'document.wrong-date')`,
    ...(include === 'all' ? [] : ['e.actor <> $2']),
    ...(from === null ? [] : [`e.at >= ${bind(from)}`]),
    ...(until === null ? [] : [`e.at < ${bind(until)}`]),
    ...(cursor === null
      ? []
      : [
          `(e.at, e.chain, e.seq) < (${bind(cursor.at)}::timestamptz, ${bind(cursor.chain)}::uuid, ${bind(cursor.seq)}::bigint)`,
        ]),
  ]
  // The patient's own entries, with names of staff that a patient's scope does not reach otherwise.
  const rows = await ctx.db.sql<StoredAccess>({
    text: `select to_char(e.at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '/' || e.chain || '/' || e.seq id, e.at, e.action,
                  case when e.actor = $2 then 'own' when e.capacity->>'as' = 'patient' then 'representative'
                       when e.capacity->>'as' = 'staff' then 'staff'
                       when e.action = 'document.open' then 'link' else 'system' end by,
                  u.name, coalesce(e.capacity->>'role', e.capacity->>'relation') role, h.name hospital,
                  e.capacity->>'membershipId' "membershipId", e.purpose,
                  coalesce(e.detail ? 'breakGlass', false) "isBreakGlass", e.changed,
                  d.id "documentId", d.channel, d.created_at "sentAt"
             from audit_entry e
             left join app_user u on 'user:' || u.id = e.actor
             left join sent_document d on d.id = case when e.action = 'document.open' then e.resource_id::uuid end
             left join hospital h on h.id = e.chain
            where ${conditions.join(' and ')} order by e.at desc, e.chain desc, e.seq desc limit $3`,
    values,
  })
  const { items: page, next } = pageOf(rows, limit, ({ id }) => id)
  const items = page.map(({ documentId, channel, sentAt, ...row }) => ({
    ...row,
    document: documentId && channel && sentAt ? { id: documentId, channel, sentAt } : null,
  }))
  await recordRead(ctx, {
    hospitalId: null,
    action: 'audit.read-own',
    resource: { type: 'patient', id: access.patientId },
    patientIds: [access.patientId],
  })
  return { items, next }
}

/** @throws DomainError `invalid` for a cursor that is none of ours */
function parseCursor(text: string): { at: string; chain: string; seq: string } {
  const form = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/(\d{1,15})$/
  const [, at, chain, seq] = form.exec(text) ?? []
  if (at === undefined || chain === undefined || seq === undefined || Number.isNaN(Date.parse(at))) {
    throw invalid('after', 'the id of the last item of the page before')
  }
  return { at, chain, seq }
}
