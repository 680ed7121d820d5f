import { holdsName } from '../database/names.ts'
import { type Page, pageOf } from '../database/page.ts'
import { recordRead } from '../audit/record-read.ts'
import { transactAsSystem } from '../database/transact.ts'
import { assertAdministratorLeft } from '../hospitals/administrators.ts'
import type { Ctx } from '../kernel/context.ts'
import { nobody } from '../kernel/ids.ts'
import { DomainError, notFound } from '../kernel/errors.ts'
import type { StaffRole } from '../policy/actor.ts'
import { authorizePlatform } from '../policy/authorize-platform.ts'
import { assertPlatformAdminLeft } from '../platform/platform-admins.ts'
import { endOtherSessions } from './end-other-sessions.ts'
import { limitSentLinks, mailResetLink } from './reset-link.ts'
import { loginEmailPlace } from './login-email.ts'

export interface UserRow {
  id: string
  name: string
  kind: 'person' | 'service'
  since: string
  disabledAt: string | null
  isPlatformAdmin: boolean
  memberships: { membershipId: string; hospitalId: string; hospital: string; role: StaffRole }[]
}

export interface UserFilter {
  /** A part of the name, or a whole e-mail address. */
  search: string | null
  after: string | null
  limit: number
}

/** Whom a login may act for is patients' data, and is not here. */
const columns = `u.id, u.name, u.kind, u.created_at since, u.disabled_at "disabledAt",
  exists (select 1 from platform_admin g where g.user_id = u.id and g.revoked_at is null) "isPlatformAdmin",
  coalesce((select jsonb_agg(jsonb_build_object('membershipId', m.id, 'hospitalId', h.id, 'hospital', h.name, 'role', m.role)
                             order by m.id)
     from membership m join hospital h on h.id = m.hospital_id where m.user_id = u.id and m.ended_at is null), '[]') memberships`

/** The logins of the platform, oldest first. */
export async function listUsers(ctx: Ctx, { search, after, limit }: UserFilter): Promise<Page<UserRow>> {
  authorizePlatform(ctx, 'platform.user.read')
  const values: unknown[] = [after ?? nobody, limit + 1]
  const bind = (value: unknown) => `$${values.push(value)}`
  const matching =
    search === null
      ? ''
      : search.includes('@')
        ? `and u.email_index = ${bind(ctx.db.keys.blindIndex('email', search.trim().toLowerCase()))}`
        : `and ${holdsName('u.name', search, bind)}`
  const rows = await ctx.db.sql<UserRow>({
    text: `select ${columns} from app_user u where u.id > $1 ${matching} order by u.id limit $2`,
    values,
  })
  const { items, next } = pageOf(rows, limit, ({ id }) => id)
  await recordRead(ctx, {
    hospitalId: null,
    action: 'platform.user.list',
    resource: { type: 'user-list', id: null },
    patientIds: [],
    detail: { users: items.length },
  })
  return { items, next }
}

export async function getUser(ctx: Ctx, { userId }: { userId: string }): Promise<UserRow & { email: string | null }> {
  authorizePlatform(ctx, 'platform.user.read')
  const [row] = await ctx.db.sql<UserRow & { emailCipher: Buffer | null }>({
    text: `select ${columns}, u.email_cipher "emailCipher" from app_user u where u.id = $1`,
    values: [userId],
  })
  if (!row) throw notFound('user')
  const { emailCipher, ...user } = row
  await recordRead(ctx, {
    hospitalId: null,
    action: 'platform.user.read',
    resource: { type: 'user', id: userId },
    patientIds: [],
  })
  const place = loginEmailPlace(userId)
  return { ...user, email: emailCipher === null ? null : ctx.db.keys.decrypt(emailCipher, place) }
}

/**
 * Shuts a login out at once, or lets it in again. What it did and is related to stays. No hospital loses its last
 * administrator by it, nor the platform.
 */
export async function setUserDisabled(
  ctx: Ctx,
  { userId, disabled }: { userId: string; disabled: boolean },
): Promise<{ disabled: boolean }> {
  authorizePlatform(ctx, 'platform.user.disable')
  return transactAsSystem(ctx, async (tx) => {
    const [user] = await tx.sql<{ wasDisabled: boolean }>({
      text: `select disabled_at is not null "wasDisabled" from app_user where id = $1 for update`,
      values: [userId],
    })
    if (!user) throw notFound('user')
    if (user.wasDisabled === disabled) {
      throw new DomainError('conflict', `This login is ${disabled ? 'disabled' : 'enabled'} already.`, {
        field: 'userId',
      })
    }
    await tx.sql({
      text: 'update app_user set disabled_at = $2 where id = $1',
      values: [userId, disabled ? ctx.now() : null],
    })
    if (disabled) {
      const administered = await tx.sql<{ hospitalId: string }>({
        text: `select hospital_id "hospitalId" from membership
                where user_id = $1 and role = 'hospital_admin' and ended_at is null order by hospital_id`,
        values: [userId],
      })
      for (const { hospitalId } of administered) await assertAdministratorLeft(tx.sql, hospitalId, 'userId')
      await assertPlatformAdminLeft(tx.sql)
      await endOtherSessions(tx, { userId, keep: null })
    }
    tx.audit({
      hospitalId: null,
      action: disabled ? 'platform.user.disable' : 'platform.user.enable',
      resource: { type: 'user', id: userId },
      patientIds: [],
    })
    tx.publish({ type: 'access', hospitalId: null })
    return { disabled }
  })
}

/**
 * Sends the login a link to set a new password, to its own address: whoever asks for it never sees it.
 *
 * @throws DomainError `not_found`, `too_many`
 */
export async function sendUserReset(ctx: Ctx, { userId }: { userId: string }): Promise<{ sent: true }> {
  authorizePlatform(ctx, 'platform.user.reset-password')
  await limitSentLinks(ctx, userId)
  return transactAsSystem(ctx, async (tx) => {
    const [user] = await tx.sql<{ emailCipher: Buffer }>({
      text: `select email_cipher "emailCipher" from app_user
              where id = $1 and kind = 'person' and disabled_at is null for share`,
      values: [userId],
    })
    if (!user) throw notFound('user')
    await mailResetLink(tx, ctx, { userId, emailCipher: user.emailCipher })
    tx.audit({
      hospitalId: null,
      action: 'platform.user.reset-password',
      resource: { type: 'user', id: userId },
      patientIds: [],
    })
    return { sent: true as const }
  })
}
