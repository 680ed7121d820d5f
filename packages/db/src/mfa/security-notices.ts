import type { Query } from '../database/sql.ts'
import { transact } from '../database/transact.ts'
import { ownLogin } from '../identity/own-login.ts'
import type { Ctx } from '../kernel/context.ts'
import type { NoticeKind } from './mfa.entity.ts'

export interface SecurityNotice {
  id: string
  kind: NoticeKind
  by: 'self' | 'administrator' | 'operator'
  at: string
  isSeen: boolean
}

/** Tells the owner of a login what happened to its security; on the caller's transaction where there is one. */
export async function notice(
  sql: Query,
  ctx: Pick<Ctx, 'newId' | 'now'>,
  { userId, kind, by }: { userId: string; kind: NoticeKind; by: SecurityNotice['by'] },
): Promise<void> {
  await sql({
    text: 'insert into security_notice (id, user_id, kind, by, created_at) values ($1, $2, $3, $4, $5)',
    values: [ctx.newId(), userId, kind, by, ctx.now()],
  })
}

/** The newest hundred of the login of this request. */
export function listNotices(ctx: Ctx): Promise<SecurityNotice[]> {
  return ctx.sql<SecurityNotice>({
    text: `select id, kind, by, created_at at, seen_at is not null "isSeen" from security_notice
            where user_id = $1 order by created_at desc, id desc limit 100`,
    values: [ownLogin(ctx).userId],
  })
}

/** Marks all there are as seen. */
export async function markNoticesSeen(ctx: Ctx): Promise<{ seen: number }> {
  const { userId } = ownLogin(ctx)
  return transact(ctx, async (tx) => {
    const seen = await tx.sql({
      text: 'update security_notice set seen_at = $2 where user_id = $1 and seen_at is null returning id',
      values: [userId, ctx.now()],
    })
    return { seen: seen.length }
  })
}
