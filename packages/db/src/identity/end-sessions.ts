import { transact } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { normaliseEmail } from './email.ts'

/**
 * Ends every session of a user (an id or an e-mail address), and with them their live streams, on every process. For the
 * operator, so there is no actor to authorise; it is audited under the operator's name.
 *
 * @returns null when there is no such user
 */
export async function endSessions(ctx: Ctx, { user }: { user: string }): Promise<{ sessions: number } | null> {
  const isId = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(user)
  return transact(ctx, async (tx) => {
    const [found] = await tx.sql<{ id: string }>({
      text: `select id from app_user where ${isId ? 'id' : 'email_index'} = $1`,
      values: [isId ? user : ctx.db.keys.blindIndex('email', normaliseEmail(user))],
    })
    if (!found) return null
    const ended = await tx.sql({ text: 'delete from session where user_id = $1 returning id', values: [found.id] })
    tx.audit({
      hospitalId: null,
      action: 'identity.end-sessions',
      resource: { type: 'user', id: found.id },
      patientIds: [],
      detail: { sessions: ended.length },
    })
    tx.publish({ type: 'session-ended', userId: found.id })
    return { sessions: ended.length }
  })
}
