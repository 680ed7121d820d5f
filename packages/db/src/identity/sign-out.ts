import { transact } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { DomainError } from '../kernel/errors.ts'

/** Ends the session of this request; its live streams close on every process. */
export async function signOut(ctx: Ctx): Promise<{ signedOut: true }> {
  const { actor } = ctx
  if (actor.kind !== 'user') throw new DomainError('unauthenticated', 'Sign in first.')
  return transact(ctx, async (tx) => {
    await tx.sql({ text: 'delete from session where handle = $1', values: [actor.sessionId] })
    tx.audit({
      hospitalId: null,
      action: 'identity.sign-out',
      resource: { type: 'user', id: actor.userId },
      patientIds: [],
    })
    tx.publish({ type: 'session-ended', userId: actor.userId })
    return { signedOut: true as const }
  })
}
