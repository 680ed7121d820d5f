import { transact } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { DomainError } from '../kernel/errors.ts'
import { endOtherSessions } from './end-other-sessions.ts'
import { confirmOwnLogin } from './confirm-own-login.ts'
import { hashPassword } from './passwords.ts'
import { heldSession, renewSession } from './renew-session.ts'
import { voidResetLinks } from './reset-link.ts'
import type { IssuedSession } from './sessions.ts'

/**
 * Sets a new password for one's own login; every other session of it ends, this one gets another
 * token, and open links to set one are void.
 *
 * @throws DomainError `credentials_wrong`, `locked_out`, `password_weak`
 */
export async function changePassword(
  ctx: Ctx,
  { current, password }: { current: string; password: string },
): Promise<{ endedSessions: number; session: IssuedSession }> {
  const { userId, sessionId, email, passwordHash } = await confirmOwnLogin(ctx, { password: current, field: 'current' })
  const next = await hashPassword(password)
  return transact(ctx, async (tx) => {
    // Of two changes at once, the second was confirmed by a password that is no more.
    const changed = await tx.sql({
      text: 'update app_user set password_hash = $3 where id = $1 and password_hash = $2 returning id',
      values: [userId, passwordHash, next],
    })
    if (changed.length === 0) {
      throw new DomainError('credentials_wrong', 'The present password is wrong.', { field: 'current' })
    }
    const endedSessions = await endOtherSessions(tx, { userId, keep: sessionId })
    await voidResetLinks(tx.sql, { userId, at: ctx.now() })
    ctx.db.outbound.enqueue(tx, ctx, { userId, address: email, content: { kind: 'password-changed' } })
    tx.audit({
      hospitalId: null,
      action: 'identity.change-password',
      resource: { type: 'user', id: userId },
      patientIds: [],
      changed: ['password'],
      detail: { endedSessions },
    })
    const session = await renewSession(tx, ctx, { held: heldSession(ctx), isProof: false, endsOthers: false })
    return { endedSessions, session }
  })
}
