import { transact, type Transaction } from '../database/transact.ts'
import { appendEvents } from '../events/append-event.ts'
import { ownLogin } from '../identity/own-login.ts'
import type { Ctx } from '../kernel/context.ts'
import { DomainError, notFound } from '../kernel/errors.ts'
import { actorKey } from '../policy/actor.ts'
import type { reviewOutcomes } from './break-glass.entity.ts'
import { authorizeOfficer } from './privacy-officers.ts'

export interface ReviewInput {
  id: string
  outcome: (typeof reviewOutcomes)[number]
  note?: string | undefined
}

/** Opened by another person: somebody who left and came back has another membership, and is the same. */
const isSomebodyElses = (grant: string, userId: string) =>
  `not exists (select 1 from membership m where m.id = ${grant}.membership_id and m.user_id = ${userId})`

/**
 * A privacy officer's judgement, once. Nobody judges what they opened themselves.
 *
 * @throws DomainError `conflict` when it is judged already, or one's own
 */
export async function reviewBreakGlass(ctx: Ctx, { id, outcome, note }: ReviewInput): Promise<{ reviewed: true }> {
  const { hospitalId } = await authorizeOfficer(ctx)
  const { userId } = ownLogin(ctx)
  return transact(ctx, async (tx) => {
    const place = { table: 'break_glass_grant', column: 'review_note', id }
    const [reviewed] = await tx.sql<{ patientId: string }>({
      text: `update break_glass_grant set outcome = $3, review_note_cipher = $4, reviewed_at = $5, reviewed_by = $6
              where id = $1 and hospital_id = $2 and outcome is null and ${isSomebodyElses('break_glass_grant', '$7')}
          returning patient_id "patientId"`,
      values: [
        id,
        hospitalId,
        outcome,
        note === undefined ? null : ctx.db.keys.encrypt(note, place),
        ctx.now(),
        actorKey(ctx.actor),
        userId,
      ],
    })
    if (!reviewed) return refuse(tx, { id, hospitalId, why: 'It is judged already, or one’s own.' })
    await tx.sql({
      text: 'update privacy_notice set seen_at = $2, seen_by = $3 where break_glass_id = $1 and seen_at is null',
      values: [id, ctx.now(), actorKey(ctx.actor)],
    })
    const { patientId } = reviewed
    const payload = { breakGlassId: id, outcome }
    await appendEvents(tx.sql, ctx, [{ hospitalId, patientId, wardId: null, topic: 'break-glass.reviewed', payload }])
    tx.audit({
      hospitalId,
      action: 'break-glass.review',
      resource: { type: 'break-glass', id },
      patientIds: [patientId],
      detail: { outcome },
    })
    tx.publish({ type: 'bedside', hospitalId })
    return { reviewed: true as const }
  })
}

/**
 * Marks the notices of what was opened as seen. Not of what one opened oneself: one notice stands for all officers, and
 * the others would not hear of it.
 *
 * @throws DomainError `conflict` when it is one's own
 */
export async function acknowledgeBreakGlass(ctx: Ctx, { id }: { id: string }): Promise<{ seen: true }> {
  const { hospitalId } = await authorizeOfficer(ctx)
  const { userId } = ownLogin(ctx)
  return transact(ctx, async (tx) => {
    const [notice] = await tx.sql<{ patientId: string }>({
      text: `update privacy_notice n set seen_at = coalesce(seen_at, $3), seen_by = coalesce(seen_by, $4)
               from break_glass_grant g
              where n.break_glass_id = $1 and n.hospital_id = $2 and g.id = n.break_glass_id and ${isSomebodyElses('g', '$5')}
          returning n.patient_id "patientId"`,
      values: [id, hospitalId, ctx.now(), actorKey(ctx.actor), userId],
    })
    if (!notice) return refuse(tx, { id, hospitalId, why: 'It is one’s own.' })
    tx.audit({
      hospitalId,
      action: 'break-glass.acknowledge',
      resource: { type: 'break-glass', id },
      patientIds: [notice.patientId],
    })
    return { seen: true as const }
  })
}

/** @throws DomainError `not_found` for what the hospital does not know, else `conflict` */
async function refuse(
  tx: Transaction,
  { id, hospitalId, why }: { id: string; hospitalId: string; why: string },
): Promise<never> {
  const known = await tx.sql({
    text: 'select 1 from break_glass_grant where id = $1 and hospital_id = $2',
    values: [id, hospitalId],
  })
  if (known.length === 0) throw notFound('break-glass')
  throw new DomainError('conflict', why, { field: 'id' })
}
