import type { Ctx } from '../kernel/context.ts'
import { DomainError } from '../kernel/errors.ts'
import type { Actor } from '../policy/actor.ts'

/** The gate of what concerns one's own login, in whatever capacity. @throws DomainError `unauthenticated` */
export function ownLogin({ actor }: Pick<Ctx, 'actor'>): Extract<Actor, { kind: 'user' }> {
  if (actor.kind !== 'user') throw new DomainError('unauthenticated', 'Sign in first.')
  return actor
}
