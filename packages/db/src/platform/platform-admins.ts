import type { Query } from '../database/sql.ts'
import { transact } from '../database/transact.ts'
import { createUser } from '../identity/create-user.ts'
import { normaliseEmail } from '../identity/email.ts'
import { findPerson } from '../identity/find-user.ts'
import { endSessionsOfGain } from '../identity/renew-session.ts'
import { issueResetLink, type ResetLink } from '../identity/reset-link.ts'
import type { Ctx } from '../kernel/context.ts'
import { DomainError, notFound } from '../kernel/errors.ts'
import { PlatformAdmin } from './platform-admin.entity.ts'

export interface PlatformAdminRow {
  userId: string
  name: string
  since: string
}

/**
 * Makes a login a platform administrator. With a name, a login that does not exist is made, and gets a link to set its
 * password. For the operator alone: no procedure leads here.
 *
 * @throws DomainError `not_found`, `conflict`
 */
export function grantPlatformAdmin(
  ctx: Ctx,
  { user, name }: { user: string; name: string | null },
): Promise<{ userId: string; link: ResetLink | null }> {
  return transact(ctx, async (tx) => {
    const found = await findPerson(tx.sql, ctx.db.keys, user)
    if (found?.isDisabled) throw new DomainError('conflict', 'This login is disabled.', { field: 'user' })
    if (!found && name === null) throw notFound('user')
    const userId =
      found?.id ?? (await createUser(tx, ctx, { name: name ?? '', email: normaliseEmail(user), passwordHash: null }))
    // Of two commands at once, the second one waits here and finds the grant made.
    await tx.sql({ text: 'select 1 from app_user where id = $1 for update', values: [userId] })
    const held = await tx.sql({
      text: 'select 1 from platform_admin where user_id = $1 and revoked_at is null',
      values: [userId],
    })
    if (held.length > 0) throw new DomainError('conflict', 'This login is a platform administrator already.')
    const id = ctx.newId()
    tx.em.create(PlatformAdmin, { id, userId, grantedBy: 'operator', createdAt: ctx.now(), revokedAt: null })
    const link = found ? null : await issueResetLink(tx, ctx, { userId })
    if (found) await endSessionsOfGain(tx, userId)
    tx.audit({
      hospitalId: null,
      action: 'platform.admin.grant',
      resource: { type: 'user', id: userId },
      patientIds: [],
    })
    tx.publish({ type: 'access', hospitalId: null })
    return { userId, link }
  })
}

/** Takes the capacity back at once. @throws DomainError `not_found`, `conflict` for the last one */
export function revokePlatformAdmin(ctx: Ctx, { user }: { user: string }): Promise<{ userId: string }> {
  return transact(ctx, async (tx) => {
    const found = await findPerson(tx.sql, ctx.db.keys, user)
    if (!found) throw notFound('user')
    // Locked in one order, so that two of them cannot be revoked in the same moment.
    await tx.sql({ text: 'select id from platform_admin where revoked_at is null order by id for update' })
    const revoked = await tx.sql({
      text: 'update platform_admin set revoked_at = $2 where user_id = $1 and revoked_at is null returning id',
      values: [found.id, ctx.now()],
    })
    if (revoked.length === 0) throw notFound('platform administrator')
    await assertPlatformAdminLeft(tx.sql)
    tx.audit({
      hospitalId: null,
      action: 'platform.admin.revoke',
      resource: { type: 'user', id: found.id },
      patientIds: [],
    })
    tx.publish({ type: 'access', hospitalId: null })
    return { userId: found.id }
  })
}

export function listPlatformAdmins(sql: Query): Promise<PlatformAdminRow[]> {
  return sql<PlatformAdminRow>({
    text: `select u.id "userId", u.name, g.created_at since from platform_admin g join app_user u on u.id = g.user_id
            where g.revoked_at is null and u.disabled_at is null order by g.id`,
  })
}

/**
 * A platform that had an administrator keeps one who can sign in. Call it after the change, in its transaction: it waits
 * for whoever is shutting that one out, so two cannot both pass.
 */
export async function assertPlatformAdminLeft(sql: Query): Promise<void> {
  const [ever] = await sql({ text: 'select 1 from platform_admin limit 1' })
  if (!ever) return
  const [left] = await sql({
    text: `select 1 from platform_admin g join app_user u on u.id = g.user_id
            where g.revoked_at is null and u.disabled_at is null limit 1 for share`,
  })
  if (!left) throw new DomainError('conflict', 'The platform keeps at least one administrator.')
}
