import { transact } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { given } from '../kernel/given.ts'
import { actorKey } from '../policy/actor.ts'
import { authorizeChange } from './authorize-visit.ts'
import { addInternalNote } from './internal-note.ts'
import { assertTimely, type LockedVisit, lockVisit } from './lock-visit.ts'
import { changedState, openState, sealRevision, sealState, type VisitFields } from './visit-content.ts'
import { VisitRevision } from './visit.entity.ts'

export interface UpdateVisitInput extends VisitFields {
  visitId: string
  /** The version that was read; another one in the meantime is `stale_version`. */
  version: number
}

/**
 * Changes what is given of a visit and nothing else; vital signs and the follow-up each as a whole. What it said before is
 * kept with who wrote it and when.
 *
 * @throws DomainError `stale_version`, `forbidden` for a nurse whose visit it is not
 */
export async function updateVisit(ctx: Ctx, input: UpdateVisitInput): Promise<{ version: number }> {
  const { hospitalId, patientId } = await authorizeChange(ctx, input.visitId)
  const { visitId, version, ...asked } = input
  const fields = given(asked)
  return transact(ctx, async (tx) => {
    const stored = await lockVisit(tx.sql, { visitId, patientId, version })
    const before = openState(ctx.db.keys, stored)
    const state = changedState(before, fields)
    await assertTimely(tx.sql, { hospitalId, state, now: ctx.now() })
    const id = ctx.newId()
    tx.em.create(VisitRevision, {
      id,
      hospitalId,
      patientId,
      visitId,
      version,
      contentCipher: sealRevision(ctx.db.keys, id, before),
      ...authorship(stored),
    })
    const { kind, beganAt, followUpOn, followUpAt, contentCipher } = sealState(ctx.db.keys, visitId, state)
    await tx.sql({
      text: `update visit set kind = $2, began_at = $3, follow_up_on = $4, follow_up_at = $5, content_cipher = $6,
                    changed_by = $7, changed_at = $8, version = version + 1 where id = $1`,
      values: [visitId, kind, beganAt, followUpOn, followUpAt, contentCipher, actorKey(ctx.actor), ctx.now()],
    })
    const changed = { version: version + 1 }
    const { internalNote } = fields
    if (internalNote !== undefined) {
      addInternalNote(tx, ctx, { hospitalId, patientId, visitId, ...changed, note: internalNote })
    }
    tx.audit({
      hospitalId,
      action: 'visit.update',
      resource: { type: 'visit', id: visitId },
      patientIds: [patientId],
      changed: Object.keys(fields),
      detail: changed,
    })
    return changed
  })
}

/** Says when the patient should come again; null: need not. */
export async function setFollowUp(
  ctx: Ctx,
  input: Pick<UpdateVisitInput, 'visitId' | 'version'> & { followUp: Exclude<VisitFields['followUp'], undefined> },
): Promise<{ version: number }> {
  return updateVisit(ctx, input)
}

/** Who wrote what stands there now, and when. */
function authorship({ recordedBy, recordedAt, changedBy, changedAt }: LockedVisit) {
  return { writtenBy: changedBy ?? recordedBy, writtenAt: new Date(changedAt ?? recordedAt) }
}
