import { transact } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { findUser } from './find-user.ts'

/**
 * Ends every session of a user (an id or an e-mail address), and with them their live streams, on every process. For the
 * operator, so there is no actor to authorise; it is audited under the operator's name.
 *
 * @returns null when there is no such user
 */
export async function endSessions(ctx: Ctx, { user }: { user: string }): Promise<{ sessions: number } | null> {
  return transact(ctx, async (tx) => {
    const id = await findUser(tx.sql, ctx.db.keys, user)
    if (id === null) return null
    const ended = await tx.sql({ text: 'delete from session where user_id = $1 returning id', values: [id] })
    tx.audit({
      hospitalId: null,
      action: 'identity.end-sessions',
      resource: { type: 'user', id },
      patientIds: [],
      detail: { sessions: ended.length },
    })
    tx.publish({ type: 'session-ended', userId: id })
    return { sessions: ended.length }
  })
}
