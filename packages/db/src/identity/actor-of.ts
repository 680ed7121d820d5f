import { DomainError } from '../kernel/errors.ts'
import type { Actor } from '../policy/actor.ts'
import { capacityId } from './capacities.ts'
import type { OpenSession } from './sessions.ts'

/**
 * The actor a session makes, in the capacity the request names (a membership's, a patient's or a platform
 * administrator's id). With one capacity there is nothing to choose; with several and none named, only what concerns the login itself is open. So it is in a capacity
 * that is withheld for want of a second factor: the login can still set one up.
 *
 * @throws DomainError `not_found` when the named capacity is not the login's
 */
export function actorOf(session: OpenSession, actingAs: string | null): Actor {
  const { userId, sessionId, tokenHash, capacities, withheld } = session
  const login = { kind: 'user', userId, sessionId, tokenHash, capacities, withheld } as const
  const all = [...capacities, ...withheld]
  const [only, second] = all
  const capacity = actingAs === null ? (second ? undefined : only) : all.find((held) => capacityId(held) === actingAs)
  if (actingAs !== null && !capacity) {
    throw new DomainError('not_found', 'You hold no such capacity.', { field: 'actingAs', resource: 'capacity' })
  }
  if (capacity && withheld.includes(capacity)) return { ...login, capacity: null, lacksFactor: true }
  return { ...login, capacity: capacity ?? null }
}
