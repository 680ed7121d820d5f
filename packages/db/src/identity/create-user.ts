import type { Transaction } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { User } from './identity.entity.ts'
import { loginEmailPlace, orEmailTaken } from './login-email.ts'

export interface NewUser {
  name: string
  email: string
  /** None until its owner sets one by a link. */
  passwordHash: string | null
}

/** A login within the caller's transaction. @throws DomainError `email_taken` */
export async function createUser(tx: Transaction, ctx: Ctx, { name, email, passwordHash }: NewUser): Promise<string> {
  const id = ctx.newId()
  tx.em.create(User, {
    id,
    kind: 'person',
    name,
    emailCipher: ctx.db.keys.encrypt(email, loginEmailPlace(id)),
    emailIndex: ctx.db.keys.blindIndex('email', email),
    passwordHash,
    disabledAt: null,
    createdAt: ctx.now(),
  })
  await tx.em.flush().catch(orEmailTaken)
  return id
}
