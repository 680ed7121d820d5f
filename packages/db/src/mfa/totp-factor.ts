import { transact } from '../database/transact.ts'
import { ownLogin } from '../identity/own-login.ts'
import { requireStepUp } from '../identity/step-up.ts'
import type { Ctx } from '../kernel/context.ts'
import { DomainError, notFound } from '../kernel/errors.ts'
import { addFactor, type FactorAdded, removeFactor } from './change-factors.ts'
import { acceptTotp, newTotpSecret, totpPlace, totpUri } from './totp.ts'
import { loginEmailPlace } from '../identity/login-email.ts'

export interface TotpEnrolment {
  /** Base32, for typing. Shown once. */
  secret: string
  /** `otpauth://`, for a QR code. */
  uri: string
}

/** Begins with an authenticator app: it counts when a code of it confirms it. One that is confirmed stays until then. */
export async function enrolTotp(ctx: Ctx): Promise<TotpEnrolment> {
  await requireStepUp(ctx)
  const { userId } = ownLogin(ctx)
  const secret = newTotpSecret()
  const [user] = await ctx.db.sql<{ emailCipher: Buffer | null; name: string }>({
    text: 'select email_cipher "emailCipher", name from app_user where id = $1',
    values: [userId],
  })
  if (!user) throw notFound('user')
  await transact(ctx, async (tx) => {
    const id = ctx.newId()
    // Of two that begin at once the later one counts. The secret is bound to the id, so that changes with it.
    await tx.sql({
      text: `insert into totp_factor (id, user_id, secret_cipher, created_at) values ($1, $2, $3, $4)
             on conflict (user_id) where confirmed_at is null
             do update set id = excluded.id, secret_cipher = excluded.secret_cipher,
                           created_at = excluded.created_at, last_step = null`,
      values: [id, userId, ctx.db.keys.encrypt(secret, totpPlace(id)), ctx.now()],
    })
  })
  const label = user.emailCipher === null ? user.name : ctx.db.keys.decrypt(user.emailCipher, loginEmailPlace(userId))
  return { secret, uri: totpUri({ secret, label }) }
}

/**
 * Confirms the app with a code of it, in place of one confirmed before. Ends the login's other sessions and gives this
 * one another token.
 *
 * @throws DomainError `step_up_required`, `credentials_wrong`, `locked_out`
 */
export async function confirmTotp(ctx: Ctx, { code }: { code: string }): Promise<FactorAdded> {
  await requireStepUp(ctx)
  const { userId } = ownLogin(ctx)
  const id = await acceptTotp(ctx, { userId, code, state: 'pending' })
  if (id === null) throw new DomainError('credentials_wrong', 'This is not a code of the app now.', { field: 'code' })
  return addFactor(ctx, { action: 'mfa.totp-add', kind: 'totp-added' }, async (tx) => {
    await tx.sql({ text: 'delete from totp_factor where user_id = $1 and confirmed_at is not null', values: [userId] })
    const confirmed = await tx.sql({
      text: 'update totp_factor set confirmed_at = $2 where id = $1 and confirmed_at is null returning id',
      values: [id, ctx.now()],
    })
    if (confirmed.length !== 1) throw new DomainError('conflict', 'Another enrolment has begun.', { field: 'code' })
  })
}

/** @throws DomainError `step_up_required`, `not_found`, `mfa_required` when it is the last one and a hospital wants one */
export function removeTotp(ctx: Ctx): Promise<{ removed: true }> {
  return removeFactor(ctx, { action: 'mfa.totp-remove', kind: 'totp-removed' }, async (tx, userId) => {
    const removed = await tx.sql<{ confirmedAt: string | null }>({
      text: 'delete from totp_factor where user_id = $1 returning confirmed_at "confirmedAt"',
      values: [userId],
    })
    if (!removed.some(({ confirmedAt }) => confirmedAt !== null)) throw notFound('factor')
  })
}
