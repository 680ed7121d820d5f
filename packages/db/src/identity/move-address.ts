import type { Transaction } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { loginEmailPlace, orEmailTaken } from './login-email.ts'
import { voidResetLinks } from './reset-link.ts'

interface Move {
  userId: string
  /** In its normal form. */
  email: string
  /** The password that confirmed it, which must be the login's still. */
  passwordHash: string
}

/**
 * Another address for a login, within the caller's transaction. The former one is told, and links sent to it are void.
 *
 * @returns false when the login is shut, or its password another by now
 * @throws DomainError `email_taken`
 */
export async function moveAddress(tx: Transaction, ctx: Ctx, { userId, email, passwordHash }: Move): Promise<boolean> {
  const { keys, outbound } = ctx.db
  const place = loginEmailPlace(userId)
  const [login] = await tx.sql<{ emailCipher: Buffer }>({
    text: `select email_cipher "emailCipher" from app_user
            where id = $1 and disabled_at is null and kind = 'person' and password_hash = $2 for update`,
    values: [userId, passwordHash],
  })
  if (!login) return false
  const written = tx.sql({
    text: 'update app_user set email_cipher = $2, email_index = $3 where id = $1',
    values: [userId, keys.encrypt(email, place), keys.blindIndex('email', email)],
  })
  await written.catch(orEmailTaken)
  await voidResetLinks(tx.sql, { userId, at: ctx.now() })
  const former = keys.decrypt(login.emailCipher, place)
  outbound.enqueue(tx, ctx, { userId, address: former, content: { kind: 'email-changed' } })
  tx.audit({
    hospitalId: null,
    action: 'identity.change-email',
    resource: { type: 'user', id: userId },
    patientIds: [],
    changed: ['email'],
  })
  return true
}
