import type { Ctx } from '../kernel/context.ts'
import { DomainError } from '../kernel/errors.ts'
import { actorOf } from '../identity/actor-of.ts'
import { capacitiesOf, capacityId } from '../identity/capacities.ts'
import type { Capacity } from '../policy/actor.ts'

/**
 * Asks the database whether the session of a stream, and the capacity it acts in, still stand. Throws what a new request
 * would get. What the capacity may see is asked for anew by the stream itself.
 */
export async function assertSessionStands(ctx: Ctx): Promise<void> {
  const { actor } = ctx
  if (actor.kind !== 'user') throw new DomainError('unauthenticated', 'Sign in first.')
  const [row] = await ctx.sql<{ capacities: Capacity[] }>({
    name: 'live_session',
    text: `select ${capacitiesOf} capacities
             from session s join app_user u on u.id = s.user_id
            where s.id = $1 and s.expires_at > $2 and u.disabled_at is null`,
    values: [actor.sessionId, ctx.now()],
  })
  if (!row) throw new DomainError('unauthenticated', 'The session has ended.')
  const { capacity } = actor
  if (capacity === null) return
  const session = { ...actor, name: '', kind: 'person', expiresAt: '', capacities: row.capacities } as const
  actorOf(session, capacityId(capacity))
}
