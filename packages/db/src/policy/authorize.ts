import type { Ctx } from '../kernel/context.ts'
import { DomainError, forbidden, notFound } from '../kernel/errors.ts'
import { type Action, patientPermissions, type Reach, staffPermissions } from './permissions.ts'
import { isOnCareTeam, isOnWardTeam, isRegistered, isWardOf } from './relationships.ts'

/** What is asked for. `hospital` is the one the actor acts in; lists and feeds ask for it and get a reach to filter by. */
export type Resource = { type: 'hospital' } | { type: 'patient'; id: string } | { type: 'ward'; id: string }

/** Leave to go on, with what the verb needs to stay inside it. */
export type Access =
  | { reach: 'hospital'; hospitalId: string; membershipId: string }
  | { reach: 'care-team'; hospitalId: string; membershipId: string }
  | { reach: 'self'; hospitalId: null; patientId: string }

/**
 * The one gate: decides from role and relationship, denies by default, and is the first line of every verb. A role that
 * may never do this is told `forbidden` before anything is looked up; whatever else is refused answers `not_found`, the
 * same as what does not exist.
 */
export async function authorize(ctx: Ctx, action: Action, resource: Resource): Promise<Access> {
  const { actor } = ctx
  if (actor.kind === 'anonymous') throw new DomainError('unauthenticated', 'Sign in first.')
  if (actor.kind === 'system') throw forbidden()
  const { capacity } = actor
  if (capacity === null) throw capacityMissing(actor.capacities.length)
  if (capacity.as === 'patient') {
    if (patientPermissions[action] === undefined) throw forbidden()
    if (resource.type === 'ward') throw notFound('ward')
    if (resource.type === 'patient' && resource.id !== capacity.patientId) throw notFound('patient')
    return { reach: 'self', hospitalId: null, patientId: capacity.patientId }
  }
  if (capacity.as === 'platform') throw forbidden()
  const reach: Reach | undefined = staffPermissions[capacity.role][action]
  if (reach === undefined || reach === 'self') throw forbidden()
  const { hospitalId, membershipId } = capacity
  const access: Access = { reach, hospitalId, membershipId }
  const { sql } = ctx
  switch (resource.type) {
    case 'hospital':
      return access
    case 'patient': {
      const within =
        reach === 'hospital'
          ? await isRegistered(sql, { hospitalId, patientId: resource.id })
          : await isOnCareTeam(sql, { hospitalId, membershipId, patientId: resource.id })
      if (!within) throw notFound('patient')
      return access
    }
    case 'ward': {
      const within =
        reach === 'hospital'
          ? await isWardOf(sql, { hospitalId, wardId: resource.id })
          : await isOnWardTeam(sql, { hospitalId, membershipId, wardId: resource.id })
      if (!within) throw notFound('ward')
      return access
    }
  }
}

/** Like `authorize`, for verbs that only staff may call: narrows away a patient's own access. */
export async function authorizeStaff(
  ctx: Ctx,
  action: Action,
  resource: Resource,
): Promise<Exclude<Access, { reach: 'self' }>> {
  const access = await authorize(ctx, action, resource)
  if (access.reach === 'self') throw forbidden()
  return access
}

function capacityMissing(count: number): DomainError {
  return count === 0
    ? forbidden()
    : new DomainError('acting_as_required', 'Say in which capacity you act.', { field: 'actingAs' })
}
