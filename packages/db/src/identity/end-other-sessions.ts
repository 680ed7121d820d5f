import type { Transaction } from '../database/transact.ts'

/** Ends the sessions of a login but the one that is kept (none: null), within the caller's transaction. */
export async function endOtherSessions(
  tx: Transaction,
  { userId, keep }: { userId: string; keep: string | null },
): Promise<number> {
  const ended = await tx.sql({
    text: 'delete from session where user_id = $1 and id is distinct from $2 returning id',
    values: [userId, keep],
  })
  tx.publish({ type: 'session-ended', userId })
  return ended.length
}
