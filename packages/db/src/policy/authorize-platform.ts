import type { Ctx } from '../kernel/context.ts'
import { DomainError, forbidden, notFound } from '../kernel/errors.ts'
import { authorizeStaff } from './authorize.ts'
import { type Action, platformPermissions } from './permissions.ts'

/** The gate of what stands above hospitals: only who acts as platform administrator passes. */
export function authorizePlatform(ctx: Ctx, action: Action): void {
  const { actor } = ctx
  if (actor.kind === 'anonymous') throw new DomainError('unauthenticated', 'Sign in first.')
  if (actor.kind === 'system') throw forbidden()
  if (actor.capacity === null && actor.capacities.length > 1) {
    throw new DomainError('acting_as_required', 'Say in which capacity you act.', { field: 'actingAs' })
  }
  if (actor.capacity?.as !== 'platform' || !platformPermissions.has(action)) throw forbidden()
}

/** For what a hospital's staff may do to their own hospital, and a platform administrator to any. */
export async function authorizeHospital(
  ctx: Ctx,
  { staff, platform }: { staff: Action; platform: Action },
  hospitalId: string,
): Promise<{ isPlatform: boolean }> {
  if (actsForPlatform(ctx)) {
    authorizePlatform(ctx, platform)
    return { isPlatform: true }
  }
  const own = await authorizeStaff(ctx, staff, { type: 'hospital' })
  if (own.hospitalId !== hospitalId) throw notFound('hospital')
  return { isPlatform: false }
}

export function actsForPlatform({ actor }: Ctx): boolean {
  return actor.kind === 'user' && actor.capacity?.as === 'platform'
}
