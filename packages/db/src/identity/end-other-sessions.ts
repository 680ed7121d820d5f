import type { Transaction } from '../database/transact.ts'

/**
 * Ends the sessions of a login but the one that is kept (none: null), and what else was begun with the password: sign-ins
 * that wait for a second factor, an address that waits to be confirmed. Within the caller's transaction.
 */
export async function endOtherSessions(
  tx: Transaction,
  { userId, keep }: { userId: string; keep: string | null },
): Promise<number> {
  const ended = await tx.sql({
    text: 'delete from session where user_id = $1 and handle is distinct from $2 returning id',
    values: [userId, keep],
  })
  await tx.sql({ text: 'delete from sign_in_ticket where user_id = $1', values: [userId] })
  await tx.sql({ text: 'delete from address_confirmation where user_id = $1', values: [userId] })
  tx.publish({ type: 'session-ended', userId })
  return ended.length
}
