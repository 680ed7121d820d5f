import type { Transaction } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { DomainError } from '../kernel/errors.ts'
import { sessionIdOf } from './session-adapter.ts'
import { type IssuedSession, newToken } from './sessions.ts'
import { ownLogin } from './own-login.ts'

/** The session of a request with the token it came with, to be renewed from there. */
export interface HeldSession {
  userId: string
  handle: string
  id: string
}

/** @throws DomainError `unauthenticated` */
export function heldSession(ctx: Ctx): HeldSession {
  const { userId, sessionId: handle, tokenHash: id } = ownLogin(ctx)
  if (id === undefined) throw new DomainError('unauthenticated', 'The session has no token.')
  return { userId, handle, id }
}

/**
 * Another token for the session of this request, whenever what it may do grows: the one before opens nothing from the
 * commit on, so that a token somebody planted or copied earlier gains nothing. Streams stand on the handle and go on. Of
 * two renewals at once the second is refused, and with the new token may be asked for again.
 */
export async function renewSession(
  tx: Transaction,
  ctx: Ctx,
  { held, isProof, endsOthers }: { held: HeldSession; isProof: boolean; endsOthers: boolean },
): Promise<IssuedSession> {
  const token = newToken()
  const [row] = await tx.sql<{ expiresAt: string }>({
    text: `update session set id = $3, stepped_up_at = case when $4 then $5 else stepped_up_at end
            where id = $1 and handle = $2 returning expires_at "expiresAt"`,
    values: [held.id, held.handle, sessionIdOf(token), isProof, ctx.now()],
  })
  if (!row) throw new DomainError('unauthenticated', 'The session was renewed by another request.')
  if (endsOthers) {
    await tx.sql({
      text: 'delete from session where user_id = $1 and handle <> $2',
      values: [held.userId, held.handle],
    })
  }
  tx.publish({ type: 'session-ended', userId: held.userId })
  return { token, expiresAt: new Date(row.expiresAt).toISOString() }
}

/** A login that gains a capacity, or a role that may do more, signs in anew: no token that is about by then, planted or copied, gains it too. */
export async function endSessionsOfGain(tx: Transaction, userId: string): Promise<void> {
  await tx.sql({ text: 'delete from session where user_id = $1', values: [userId] })
  tx.publish({ type: 'session-ended', userId })
}
