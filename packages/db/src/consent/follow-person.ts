import type { Transaction } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { ConsentDirective } from './consent-directive.entity.ts'
import { continueDirective, lockDirectives } from './give-directive.ts'

interface Joined {
  hospitalId: string
  userId: string
  /** The new one. */
  membershipId: string
}

/**
 * Whom a patient denies by name stays denied when they leave the hospital and come back: the patient means the person, not
 * the place. What is permitted by name ends with the place. Within the transaction that makes the membership, as the system.
 */
export async function followPerson(tx: Transaction, ctx: Ctx, joined: Joined): Promise<void> {
  const { hospitalId, membershipId } = joined
  const denying = await tx.sql<{ patientId: string }>({
    text: `select distinct d.patient_id "patientId" from consent_directive d where ${isOfFormer} order by 1`,
    values: [hospitalId, joined.userId, membershipId],
  })
  if (denying.length === 0) return
  // One after the other with what the patients direct in this moment, always in the same order.
  for (const { patientId } of denying) await lockDirectives(tx, patientId)
  const ids = await tx.sql<{ id: string }>({
    text: `select d.id from consent_directive d where ${isOfFormer} and d.patient_id = any($4)
              and (d.effective_until is null or d.effective_until > $5)`,
    values: [hospitalId, joined.userId, membershipId, denying.map(({ patientId }) => patientId), ctx.now()],
  })
  const former = await tx.em.find(ConsentDirective, { id: { $in: ids.map(({ id }) => id) } })
  if (former.length === 0) return
  for (const directive of former) {
    const id = ctx.newId()
    directive.supersededAt = ctx.now()
    directive.supersededBy = id
    const span = { from: directive.effectiveFrom, until: directive.effectiveUntil ?? null }
    continueDirective(tx, ctx, directive, { ...span, id, recipientMembershipId: membershipId })
  }
  await tx.em.flush()
  tx.audit({
    hospitalId,
    action: 'consent.follow',
    resource: { type: 'membership', id: membershipId },
    patientIds: [...new Set(former.map(({ patientId }) => patientId))],
    detail: { directives: former.length },
  })
}

const isOfFormer = `d.superseded_at is null and d.effect = 'deny' and d.recipient_hospital_id = $1
  and d.recipient_membership_id in (select m.id from membership m where m.hospital_id = $1 and m.user_id = $2 and m.id <> $3)`
