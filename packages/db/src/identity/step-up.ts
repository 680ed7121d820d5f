import type { Ctx } from '../kernel/context.ts'
import { DomainError } from '../kernel/errors.ts'
import { checkPassword } from './check-password.ts'

/**
 * For what must not be done with a session that merely lies open: whoever asks gives the password again. A wrong one
 * counts like a failed sign-in.
 *
 * @throws DomainError `credentials_wrong`, `locked_out`
 */
export async function requireStepUp(ctx: Ctx, { password }: { password: string }): Promise<void> {
  if (ctx.actor.kind !== 'user') throw new DomainError('unauthenticated', 'Sign in first.')
  const [user] = await ctx.db.sql<{ subject: Buffer | null; passwordHash: string | null }>({
    text: `select email_index subject, password_hash "passwordHash" from app_user where id = $1 and disabled_at is null`,
    values: [ctx.actor.userId],
  })
  const subject = user?.subject ?? Buffer.alloc(0)
  if (await checkPassword(ctx, { subject, stored: user?.passwordHash ?? null, password })) return
  throw new DomainError('credentials_wrong', 'The password is wrong.', { field: 'password' })
}
