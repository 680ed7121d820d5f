import type { Ctx } from '../kernel/context.ts'
import { DomainError } from '../kernel/errors.ts'
import type { Actor } from '../policy/actor.ts'

/** The login of this request, for what concerns the login itself and no capacity of it. @throws DomainError `unauthenticated` */
export function signedIn({ actor }: Ctx): Extract<Actor, { kind: 'user' }> {
  if (actor.kind !== 'user') throw new DomainError('unauthenticated', 'Sign in first.')
  return actor
}
