import { type Transaction, transact } from '../database/transact.ts'
import { type HeldSession, heldSession, renewSession } from '../identity/renew-session.ts'
import type { IssuedSession } from '../identity/sessions.ts'
import { requireStepUp } from '../identity/step-up.ts'
import type { Ctx } from '../kernel/context.ts'
import { factorMissing } from '../policy/authorize.ts'
import { type Factors, factorsOf } from './factors.ts'
import type { NoticeKind } from './mfa.entity.ts'
import { replaceRecoveryCodes } from './recovery-codes.ts'
import { notice } from './security-notices.ts'

/** What adding a factor answers: the session's new token, and recovery codes when there were none. */
export interface FactorAdded {
  session: IssuedSession
  /** Shown once. */
  recoveryCodes: string[] | null
}

interface Change {
  held: HeldSession
  action: string
  kind: NoticeKind
}

/** One change of a login's factors at a time: what it may still remove depends on what it has. */
async function lockLogin(tx: Transaction, userId: string): Promise<Factors> {
  await tx.sql({ text: 'select id from app_user where id = $1 for update', values: [userId] })
  return factorsOf(tx.sql, userId)
}

async function record(tx: Transaction, ctx: Ctx, { held: { userId }, action, kind }: Change): Promise<void> {
  await notice(tx.sql, ctx, { userId, kind, by: 'self' })
  tx.audit({ hospitalId: null, action, resource: { type: 'user', id: userId }, patientIds: [] })
}

/**
 * Adds a factor within one transaction. The session gets another token, and the login's other sessions, which were opened
 * without this factor, end.
 */
export async function addFactor(
  ctx: Ctx,
  change: Omit<Change, 'held'>,
  add: (tx: Transaction, held: HeldSession) => Promise<void>,
): Promise<FactorAdded> {
  const held = heldSession(ctx)
  return transact(ctx, async (tx) => {
    const before = await lockLogin(tx, held.userId)
    await add(tx, held)
    const recoveryCodes = before.recoveryCodes === 0 ? await replaceRecoveryCodes(tx, ctx, held.userId) : null
    await record(tx, ctx, { ...change, held })
    return { session: await renewSession(tx, ctx, { held, isProof: true, endsOthers: true }), recoveryCodes }
  })
}

/**
 * Removes a factor within one transaction, and with the last one the recovery codes, which have nothing to stand in for.
 * The last one stays while a hospital of the login requires it.
 *
 * @throws DomainError `step_up_required`, `mfa_required`
 */
export async function removeFactor(
  ctx: Ctx,
  change: Omit<Change, 'held'>,
  remove: (tx: Transaction, userId: string) => Promise<void>,
): Promise<{ removed: true }> {
  await requireStepUp(ctx)
  const held = heldSession(ctx)
  const { userId } = held
  return transact(ctx, async (tx) => {
    await lockLogin(tx, userId)
    await remove(tx, userId)
    const { hasTotp, passkeys } = await factorsOf(tx.sql, userId)
    if (!hasTotp && passkeys === 0) {
      if (await isRequired(ctx, userId)) throw factorMissing()
      await tx.sql({ text: 'delete from recovery_code where user_id = $1', values: [userId] })
    }
    await record(tx, ctx, { ...change, held })
    return { removed: true as const }
  })
}

/** By any hospital of the login, not only the one it acts in. */
async function isRequired(ctx: Ctx, userId: string): Promise<boolean> {
  const rows = await ctx.db.sql({
    text: `select 1 from membership m join mfa_policy p on p.hospital_id = m.hospital_id
            where m.user_id = $1 and m.ended_at is null and p.required_from <= $2 limit 1`,
    values: [userId, ctx.now()],
  })
  return rows.length > 0
}

/** Ten new recovery codes; those of before open nothing any more. @throws DomainError `step_up_required`, `mfa_required` without a factor */
export async function regenerateRecoveryCodes(ctx: Ctx): Promise<{ recoveryCodes: string[] }> {
  await requireStepUp(ctx)
  const held = heldSession(ctx)
  return transact(ctx, async (tx) => {
    const { hasTotp, passkeys } = await lockLogin(tx, held.userId)
    if (!hasTotp && passkeys === 0) throw factorMissing()
    const recoveryCodes = await replaceRecoveryCodes(tx, ctx, held.userId)
    await record(tx, ctx, { held, action: 'mfa.recovery-codes', kind: 'recovery-codes-made' })
    return { recoveryCodes }
  })
}
