import { transactAsSystem } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { DomainError } from '../kernel/errors.ts'
import { countAtAddress, forgiveAtAddress } from '../limits/limit-address.ts'
import { limitAttempts } from '../limits/limit-attempts.ts'
import { normaliseEmail } from './email.ts'
import { endOtherSessions } from './end-other-sessions.ts'
import { hashPassword } from './passwords.ts'
import { mailResetLink, voidResetLinks } from './reset-link.ts'
import { forgetFailures } from './sign-in-throttle.ts'
import { secretTokenHash } from '../kernel/secret-token.ts'

/**
 * Sends a link that sets a new password to the address, if a login has it. The answer is the same if none has; so are the
 * statements but two, and three tries an hour measure nothing by that.
 *
 * @throws DomainError `too_many`, for known and unknown addresses alike
 */
export async function requestPasswordReset(ctx: Ctx, { email }: { email: string }): Promise<{ accepted: true }> {
  const address = normaliseEmail(email)
  await limitAttempts(ctx.db, { what: 'password-reset', subject: address, most: 3, withinSeconds: 3_600 }, ctx.now())
  await countAtAddress(ctx, 'password-reset')
  return transactAsSystem(ctx, async (tx) => {
    // Locked, as wherever a link is sent: one for an address that is changing in this moment would outlive the change.
    const [user] = await tx.sql<{ id: string; emailCipher: Buffer }>({
      text: `select id, email_cipher "emailCipher" from app_user
              where email_index = $1 and disabled_at is null and kind = 'person' for share`,
      values: [ctx.db.keys.blindIndex('email', address)],
    })
    if (user) await mailResetLink(tx, ctx, { userId: user.id, emailCipher: user.emailCipher })
    tx.audit({
      hospitalId: null,
      action: 'identity.request-password-reset',
      resource: { type: 'user', id: user?.id ?? null },
      patientIds: [],
    })
    return { accepted: true as const }
  })
}

/**
 * Sets a new password by a link. It opens once and for 30 minutes; all sessions end, and the lock that failed sign-ins made
 * is lifted, since whoever has the link has the address.
 *
 * @throws DomainError `reset_invalid`, `password_weak`, `too_many`
 */
export async function resetPassword(
  ctx: Ctx,
  { token, password }: { token: string; password: string },
): Promise<{ reset: true }> {
  const tokenHash = secretTokenHash(token)
  await countAtAddress(ctx, 'link')
  // Asked before hashing, so that invented links cost no password's work.
  const open = await ctx.db.sql({
    text: 'select 1 from password_reset where token_hash = $1 and used_at is null and expires_at > $2',
    values: [tokenHash, ctx.now()],
  })
  if (open.length === 0) throw resetInvalid()
  await forgiveAtAddress(ctx, 'link')
  const passwordHash = await hashPassword(password)
  return transactAsSystem(ctx, async (tx) => {
    const [link] = await tx.sql<{ userId: string }>({
      text: `update password_reset set used_at = $2 where token_hash = $1 and used_at is null and expires_at > $2
          returning user_id "userId"`,
      values: [tokenHash, ctx.now()],
    })
    if (!link) throw resetInvalid()
    const { userId } = link
    const [user] = await tx.sql<{ emailIndex: Buffer }>({
      text: `update app_user set password_hash = $2 where id = $1 and disabled_at is null and kind = 'person'
          returning email_index "emailIndex"`,
      values: [userId, passwordHash],
    })
    if (!user) throw resetInvalid()
    await voidResetLinks(tx.sql, { userId, at: ctx.now() })
    await forgetFailures(tx.sql, user.emailIndex)
    const endedSessions = await endOtherSessions(tx, { userId, keep: null })
    tx.audit({
      hospitalId: null,
      action: 'identity.reset-password',
      resource: { type: 'user', id: userId },
      patientIds: [],
      changed: ['password'],
      detail: { endedSessions },
    })
    return { reset: true as const }
  })
}

function resetInvalid(): DomainError {
  return new DomainError('reset_invalid', 'This link is not valid (any more).', { field: 'token' })
}
