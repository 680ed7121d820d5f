import { transact } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { DomainError } from '../kernel/errors.ts'
import { askToConfirm, limitConfirmations } from './ask-to-confirm.ts'
import { normaliseEmail } from './email.ts'
import { confirmOwnLogin } from './confirm-own-login.ts'
import { moveAddress } from './move-address.ts'
import { ownLogin } from './own-login.ts'
import { passwordStands } from './password-stands.ts'
import { loginEmailPlace } from './login-email.ts'

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
  const place = loginEmailPlace(userId)
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

/** `confirm`: the new address gets a link that does it, unless it has a login already, which only its owner is told. */
export interface EmailChange {
  state: 'changed' | 'confirm'
  email: string
}

/**
 * Changes the address one signs in with, confirmed by the password and, where mail is sent, by whoever has the new inbox. The
 * former address is told, and links sent to it are void.
 *
 * @throws DomainError `credentials_wrong`, `locked_out`, `too_many`; `email_taken` where no mail is sent
 */
export async function changeEmail(
  ctx: Ctx,
  { email, password }: { email: string; password: string },
): Promise<EmailChange> {
  const normal = normaliseEmail(email)
  const { userId, passwordHash } = await confirmOwnLogin(ctx, { password, field: 'password' })
  const { isSent } = ctx.db.outbound
  if (isSent) await limitConfirmations(ctx, normal)
  return transact(ctx, async (tx): Promise<EmailChange> => {
    // Of a password that was changed meanwhile nobody takes the address along.
    const stands = isSent
      ? await passwordStands(tx.sql, { userId, passwordHash })
      : await moveAddress(tx, ctx, { userId, email: normal, passwordHash })
    if (!stands) throw new DomainError('credentials_wrong', 'The present password is wrong.', { field: 'password' })
    if (!isSent) return { state: 'changed', email: normal }
    tx.audit({
      hospitalId: null,
      action: 'identity.ask-to-change-email',
      resource: { type: 'user', id: userId },
      patientIds: [],
    })
    const { state } = await askToConfirm(tx, ctx, { userId, address: normal, awaiting: { kind: 'address' } })
    return { state, email: normal }
  })
}
