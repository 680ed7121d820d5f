import { transact } from '../database/transact.ts'
import { Membership, User } from '../identity/identity.entity.ts'
import { requireStepUp } from '../identity/step-up.ts'
import type { Ctx } from '../kernel/context.ts'
import { authorizeStaff } from '../policy/authorize.ts'
import { holdHospitalOpen } from './close-hospital.ts'

export interface Gateway {
  membershipId: string
  /** Shown once. A bearer token that may feed readings for this hospital and nothing else. */
  token: string
  expiresAt: string
}

/** A credential for the bedside integration (monitor gateway, interface engine) of the hospital one acts in. */
export async function createGateway(ctx: Ctx, { name }: { name: string }): Promise<Gateway> {
  const { hospitalId } = await authorizeStaff(ctx, 'gateway.create', { type: 'hospital' })
  await requireStepUp(ctx)
  const { userId, membershipId } = await transact(ctx, async (tx) => {
    // One that is closing in this moment would be left with a program that nobody can end.
    await holdHospitalOpen(tx.sql, hospitalId)
    const created = { userId: ctx.newId(), membershipId: ctx.newId() }
    tx.em.create(User, {
      id: created.userId,
      kind: 'service',
      name,
      emailCipher: null,
      emailIndex: null,
      passwordHash: null,
      disabledAt: null,
      createdAt: ctx.now(),
    })
    await tx.em.flush()
    tx.em.create(Membership, {
      id: created.membershipId,
      hospitalId,
      userId: created.userId,
      role: 'gateway',
      grantedBy: ctx.actor.kind === 'user' ? ctx.actor.userId : 'system',
      createdAt: ctx.now(),
      endedAt: null,
    })
    tx.audit({
      hospitalId,
      action: 'gateway.create',
      resource: { type: 'membership', id: created.membershipId },
      patientIds: [],
    })
    return created
  })
  // Outside the transaction on purpose: a token that was lost on the way is replaced by a new gateway, never re-shown.
  const { token, expiresAt } = await ctx.db.sessions.open({ userId, kind: 'service', userAgent: null })
  return { membershipId, token, expiresAt }
}
