import type { Ctx } from '../kernel/context.ts'
import { me, type Me } from './me.ts'

export type TokenValidity = { valid: false } | ({ valid: true; expiresAt: string } & Pick<Me, 'user' | 'capacities'>)

/**
 * Whether the request's own bearer token is valid, and whose it is; never an error for one that is not. A token that was
 * revoked, ran out, was invented or belongs to a disabled login is the same: nobody's.
 */
export async function validateToken(ctx: Ctx): Promise<TokenValidity> {
  const { actor } = ctx
  if (actor.kind !== 'user') return { valid: false }
  const [session] = await ctx.db.sql<{ expiresAt: string }>({
    text: `select s.expires_at "expiresAt" from session s join app_user u on u.id = s.user_id
            where s.id = $1 and s.expires_at > $2 and u.disabled_at is null`,
    values: [actor.sessionId, ctx.now()],
  })
  if (!session) return { valid: false }
  const { user, capacities } = await me(ctx)
  return { valid: true, expiresAt: session.expiresAt, user, capacities }
}
