import { transact, transactAsSystem } from '../database/transact.ts'
import { notice } from '../mfa/security-notices.ts'
import type { Ctx } from '../kernel/context.ts'
import { notFound } from '../kernel/errors.ts'
import { authorizeStaff } from '../policy/authorize.ts'
import { ownLogin } from './own-login.ts'

export interface SessionRow {
  id: string
  userAgent: string | null
  createdAt: string
  /** To five minutes. */
  lastUsedAt: string
  /** When it ends if it is not used, and when it ends in any case. */
  expiresAt: string
  endsAt: string
  isCurrent: boolean
}

/** Where the login of this request is signed in, the latest used first. */
export function listSessions(ctx: Ctx): Promise<SessionRow[]> {
  const { userId, sessionId } = ownLogin(ctx)
  return ctx.db.sql<SessionRow>({
    text: `select handle id, user_agent "userAgent", created_at "createdAt", last_used_at "lastUsedAt",
                  expires_at "expiresAt", ends_at "endsAt", handle = $2 "isCurrent"
             from session where user_id = $1 and expires_at > $3 and ends_at > $3
            order by last_used_at desc, handle`,
    values: [userId, sessionId, ctx.now()],
  })
}

/** Ends one session of the login, and its streams on every process. @throws DomainError `not_found` */
export function endSession(ctx: Ctx, { id }: { id: string }): Promise<{ ended: number }> {
  return endOwn(ctx, { id })
}

/** Ends all sessions of the login but this one. */
export function endOtherSessions(ctx: Ctx): Promise<{ ended: number }> {
  return endOwn(ctx, { id: null })
}

async function endOwn(ctx: Ctx, { id }: { id: string | null }): Promise<{ ended: number }> {
  const { userId, sessionId } = ownLogin(ctx)
  return transact(ctx, async (tx) => {
    const ended = await tx.sql({
      text: `delete from session where user_id = $1 and ${id === null ? 'handle <> $2' : 'handle = $2'} returning handle`,
      values: [userId, id ?? sessionId],
    })
    if (id !== null && ended.length === 0) throw notFound('session')
    tx.audit({
      hospitalId: null,
      action: 'identity.end-sessions',
      resource: { type: 'user', id: userId },
      patientIds: [],
      detail: { sessions: ended.length },
    })
    tx.publish({ type: 'session-ended', userId })
    return { ended: ended.length }
  })
}

/** Signs a member of the hospital one acts in out everywhere; programs too, whose credential is their session. */
export async function endMemberSessions(
  ctx: Ctx,
  { membershipId }: { membershipId: string },
): Promise<{ ended: number }> {
  const { hospitalId } = await authorizeStaff(ctx, 'staff.end', { type: 'hospital' })
  // Another login's rows: each statement names the hospital or the login it means.
  return transactAsSystem(ctx, async (tx) => {
    const [member] = await tx.sql<{ userId: string }>({
      text: `select user_id "userId" from membership where id = $1 and hospital_id = $2 and ended_at is null`,
      values: [membershipId, hospitalId],
    })
    if (!member) throw notFound('membership')
    const { userId } = member
    const ended = await tx.sql({ text: 'delete from session where user_id = $1 returning handle', values: [userId] })
    await notice(tx.sql, ctx, { userId, kind: 'sessions-ended', by: 'administrator' })
    tx.audit({
      hospitalId,
      action: 'staff.end-sessions',
      resource: { type: 'membership', id: membershipId },
      patientIds: [],
      detail: { sessions: ended.length },
    })
    tx.publish({ type: 'session-ended', userId })
    return { ended: ended.length }
  })
}
