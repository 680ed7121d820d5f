import { violatedConstraint } from '../database/sql-state.ts'
import { DomainError } from '../kernel/errors.ts'

/** Where a login's address stands encrypted. */
export const loginEmailPlace = (userId: string) => ({ table: 'app_user', column: 'email', id: userId })

/** For what writes a login's address. @throws DomainError `email_taken` when another login has it, else the error itself */
export function orEmailTaken(error: unknown): never {
  if (violatedConstraint(error) === 'app_user_email_index_unique') {
    throw new DomainError('email_taken', 'This e-mail address has an account already.', { field: 'email' })
  }
  throw error
}
