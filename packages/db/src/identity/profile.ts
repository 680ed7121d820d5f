import { violatedConstraint } from '../database/sql-state.ts'
import { transact } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { DomainError } from '../kernel/errors.ts'
import { normaliseEmail } from './email.ts'
import { confirmOwnLogin } from './confirm-own-login.ts'
import { ownLogin } from './own-login.ts'
import { voidResetLinks } from './reset-link.ts'

export interface Profile {
  id: string
  name: string
  /** Null for a program. */
  email: string | null
  since: string
}

/** One's own login. */
export async function getProfile(ctx: Ctx): Promise<Profile> {
  const { userId } = ownLogin(ctx)
  const [row] = await ctx.sql<{ id: string; name: string; emailCipher: Buffer | null; since: string }>({
    text: 'select id, name, email_cipher "emailCipher", created_at since from app_user where id = $1',
    values: [userId],
  })
  if (!row) throw new DomainError('unauthenticated', 'Sign in first.')
  const { emailCipher, ...profile } = row
  const place = { table: 'app_user', column: 'email', id: userId }
  return { ...profile, email: emailCipher === null ? null : ctx.db.keys.decrypt(emailCipher, place) }
}

/** Changes one's own name, as colleagues see it. A patient's name in a file is the hospital's to change. */
export async function updateProfile(ctx: Ctx, { name }: { name: string }): Promise<{ name: string }> {
  const { userId } = ownLogin(ctx)
  return transact(ctx, async (tx) => {
    await tx.sql({ text: 'update app_user set name = $2 where id = $1', values: [userId, name] })
    tx.audit({
      hospitalId: null,
      action: 'identity.update-profile',
      resource: { type: 'user', id: userId },
      patientIds: [],
      changed: ['name'],
    })
    // Sessions remember the name.
    tx.publish({ type: 'access', hospitalId: null })
    return { name }
  })
}

/**
 * Changes the address one signs in with, confirmed by the password. The former address is told, and links sent to it are
 * void.
 *
 * @throws DomainError `credentials_wrong`, `locked_out`, `email_taken`
 */
export async function changeEmail(
  ctx: Ctx,
  { email, password }: { email: string; password: string },
): Promise<{ email: string }> {
  const normal = normaliseEmail(email)
  const { userId, email: former, passwordHash } = await confirmOwnLogin(ctx, { password, field: 'password' })
  const { keys } = ctx.db
  return transact(ctx, async (tx) => {
    try {
      // Of a password that was changed meanwhile nobody takes the address along.
      const changed = await tx.sql({
        text: `update app_user set email_cipher = $2, email_index = $3 where id = $1 and password_hash = $4 returning id`,
        values: [
          userId,
          keys.encrypt(normal, { table: 'app_user', column: 'email', id: userId }),
          keys.blindIndex('email', normal),
          passwordHash,
        ],
      })
      if (changed.length === 0) {
        throw new DomainError('credentials_wrong', 'The present password is wrong.', { field: 'password' })
      }
    } catch (error) {
      if (violatedConstraint(error) === 'app_user_email_index_unique') {
        throw new DomainError('email_taken', 'This e-mail address has an account already.', { field: 'email' })
      }
      throw error
    }
    await voidResetLinks(tx.sql, { userId, at: ctx.now() })
    ctx.db.outbound.enqueue(tx, ctx, { userId, address: former, content: { kind: 'email-changed' } })
    tx.audit({
      hospitalId: null,
      action: 'identity.change-email',
      resource: { type: 'user', id: userId },
      patientIds: [],
      changed: ['email'],
    })
    return { email: normal }
  })
}
