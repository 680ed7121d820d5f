import { DomainError } from '../kernel/errors.ts'
import type { Actor } from '../policy/actor.ts'
import { capacityId } from './capacities.ts'
import type { OpenSession } from './sessions.ts'

/**
 * The actor a session makes, in the capacity the request names (a membership's, a patient's or a platform administrator's id). With one capacity there
 * is nothing to choose; with several and none named, only what concerns the login itself is open.
 *
 * @throws DomainError `not_found` when the named capacity is not the login's
 */
export function actorOf({ userId, sessionId, capacities }: OpenSession, actingAs: string | null): Actor {
  const named = actingAs === null ? undefined : capacities.find((capacity) => capacityId(capacity) === actingAs)
  if (actingAs !== null && !named) {
    throw new DomainError('not_found', 'You hold no such capacity.', { field: 'actingAs', resource: 'capacity' })
  }
  const [only, second] = capacities
  const capacity = named ?? (only && !second ? only : null)
  return { kind: 'user', userId, sessionId, capacity, capacities }
}
