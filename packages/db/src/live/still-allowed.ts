import type { Ctx } from '../kernel/context.ts'
import { DomainError } from '../kernel/errors.ts'
import { actorOf } from '../identity/actor-of.ts'
import { capacitiesOf, capacityId, sortCapacities, type StoredCapacity } from '../identity/capacities.ts'
import type { Capacity } from '../policy/actor.ts'
import { factorMissing } from '../policy/authorize.ts'

/**
 * Asks the database whether the session of a stream, and the capacity it acts in, still stand. Throws what a new request
 * would get, and for another role or relation what makes the client ask anew. What the capacity may see is asked for
 * anew by the stream itself.
 */
export async function assertSessionStands(ctx: Ctx): Promise<void> {
  const { actor } = ctx
  if (actor.kind !== 'user') throw new DomainError('unauthenticated', 'Sign in first.')
  const [row] = await ctx.db.sql<{ capacities: StoredCapacity[] }>({
    name: 'live_session',
    text: `select ${capacitiesOf} capacities
             from session s join app_user u on u.id = s.user_id
            where s.handle = $1 and s.expires_at > $2 and s.ends_at > $2 and u.disabled_at is null`,
    values: [actor.sessionId, ctx.now()],
  })
  if (!row) throw new DomainError('unauthenticated', 'The session has ended.')
  if (actor.capacity === null) return
  const session = { tokenHash: '', name: '', ...actor, ...sortCapacities(row.capacities) }
  const stands = actorOf(session, capacityId(actor.capacity))
  if (stands.kind === 'user' && stands.lacksFactor) throw factorMissing()
  const now = stands.kind === 'user' ? stands.capacity : null
  // The stream asks for leave in the role that it began in, so that none goes on in one that was taken.
  if (now === null || roleOf(now) !== roleOf(actor.capacity)) {
    throw new DomainError('unavailable', 'Your role has changed: ask again.', { retryAfter: 1 })
  }
}

function roleOf(capacity: Capacity): string {
  switch (capacity.as) {
    case 'staff':
      return capacity.role
    case 'patient':
      return capacity.relation
    case 'platform':
      return 'platform'
  }
}
