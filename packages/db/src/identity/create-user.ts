import { violatedConstraint } from '../database/sql-state.ts'
import type { Transaction } from '../database/transact.ts'
import type { Ctx } from '../kernel/context.ts'
import { DomainError } from '../kernel/errors.ts'
import { User } from './identity.entity.ts'

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
    emailCipher: ctx.db.keys.encrypt(email, { table: 'app_user', column: 'email', id }),
    emailIndex: ctx.db.keys.blindIndex('email', email),
    passwordHash,
    disabledAt: null,
    createdAt: ctx.now(),
  })
  try {
    await tx.em.flush()
  } catch (error) {
    if (violatedConstraint(error) === 'app_user_email_index_unique') {
      throw new DomainError('email_taken', 'This e-mail address has an account already.', { field: 'email' })
    }
    throw error
  }
  return id
}
