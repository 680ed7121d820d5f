import type { Ctx } from '../kernel/context.ts'
import { DomainError } from '../kernel/errors.ts'
import { factorsOf } from '../mfa/factors.ts'
import { checkPassword } from './check-password.ts'
import { ownLogin } from './own-login.ts'
import { requireStepUp } from './step-up.ts'
import { loginEmailPlace } from './login-email.ts'

interface ConfirmedLogin {
  userId: string
  sessionId: string
  email: string
  passwordHash: string
}

/**
 * One's own login, confirmed by its present password: whoever finds an open screen must not be able to take the login over.
 * Wrong ones count against the same lock as sign-ins.
 *
 * @throws DomainError `credentials_wrong`, `locked_out`; `step_up_required` of a login with a second factor; `forbidden`
 * for a program
 */
export async function confirmOwnLogin(
  ctx: Ctx,
  { password, field }: { password: string; field: string },
): Promise<ConfirmedLogin> {
  const { userId, sessionId } = ownLogin(ctx)
  // The system's own: what is compared here is nobody's to read.
  const [user] = await ctx.db.sql<{
    emailCipher: Buffer | null
    emailIndex: Buffer | null
    passwordHash: string | null
  }>({
    text: `select email_cipher "emailCipher", email_index "emailIndex", password_hash "passwordHash"
             from app_user where id = $1 and disabled_at is null`,
    values: [userId],
  })
  if (!user?.emailIndex || !user.emailCipher || user.passwordHash === null) {
    throw new DomainError('forbidden', 'This login has no password.')
  }
  const { emailIndex, emailCipher, passwordHash } = user
  const { hasTotp, passkeys } = await factorsOf(ctx.db.sql, userId)
  // Where there is a second factor, the password may be what was stolen.
  if (hasTotp || passkeys > 0) await requireStepUp(ctx)
  if (!(await checkPassword(ctx, { subject: emailIndex, stored: passwordHash, password }))) {
    throw new DomainError('credentials_wrong', 'The present password is wrong.', { field })
  }
  const email = ctx.db.keys.decrypt(emailCipher, loginEmailPlace(userId))
  return { userId, sessionId, email, passwordHash }
}
