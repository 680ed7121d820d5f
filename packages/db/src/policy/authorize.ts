import { permitted, type Viewer } from '../consent/permitted.ts'
import type { Ctx } from '../kernel/context.ts'
import { DomainError, forbidden, invalid, notFound } from '../kernel/errors.ts'
import type { Capacity } from './actor.ts'
import { breakGlassActions, consentScope } from './consent-scope.ts'
import { type Action, onlookerPermissions, patientPermissions, type Reach, staffPermissions } from './permissions.ts'
import { purposeOf, purposesOf } from './purposes.ts'
import { isOnWardTeam, isWardOf, standingTo } from './relationships.ts'
import { standsIn } from './standing-in.ts'

/** What is asked for. `hospital` is the one the actor acts in; lists and feeds ask for it and get a reach to filter by. */
export type Resource = { type: 'hospital' } | { type: 'patient'; id: string } | { type: 'ward'; id: string }

interface StaffAccess {
  hospitalId: string
  membershipId: string
  /** What directives of patients are held against; lists and feeds filter by it. */
  viewer: Viewer & { hospitalId: string; membershipId: string }
}

/** Leave to go on, with what the verb needs to stay inside it. */
export type Access =
  | ({ reach: 'hospital' } & StaffAccess)
  | ({ reach: 'care-team' } & StaffAccess)
  | { reach: 'self'; hospitalId: null; patientId: string }

/**
 * The one gate: decides from role, relationship, the patient's directives and break-glass, denies by default, and is the
 * first line of every verb. A role that may never do this is told `forbidden` before anything is looked up; whatever else
 * is refused answers `not_found`, the same as what does not exist. What is refused of a patient is noted in the audit log.
 *
 * @throws DomainError `unauthenticated`, `forbidden`, `not_found`, `acting_as_required`, `invalid` for a purpose the role
 * does not have
 */
export async function authorize(ctx: Ctx, action: Action, resource: Resource): Promise<Access> {
  try {
    return await decide(ctx, action, resource)
  } catch (error) {
    if (resource.type === 'patient' && error instanceof DomainError) {
      ctx.db.refusals.note(ctx, { action, patientId: resource.id, reason: error.code })
    }
    throw error
  }
}

async function decide(ctx: Ctx, action: Action, resource: Resource): Promise<Access> {
  const { actor } = ctx
  if (actor.kind === 'anonymous') throw new DomainError('unauthenticated', 'Sign in first.')
  if (actor.kind === 'system') throw forbidden()
  const { capacity } = actor
  if (capacity === null) throw actor.lacksFactor ? factorMissing() : capacityMissing(actor.capacities.length)
  switch (capacity.as) {
    case 'patient':
      return decideForPatient(ctx, capacity, action, resource)
    case 'staff':
      return decideForStaff(ctx, capacity, action, resource)
    case 'platform':
      throw forbidden()
  }
}

async function decideForPatient(
  ctx: Ctx,
  { patientId, relation }: Extract<Capacity, { as: 'patient' }>,
  action: Action,
  resource: Resource,
): Promise<Access> {
  const permissions = standsIn({ relation }) ? patientPermissions : onlookerPermissions
  if (permissions[action] === undefined) throw forbidden()
  const purpose = statedPurpose(ctx)
  if (resource.type === 'ward') throw notFound('ward')
  if (resource.type === 'patient' && resource.id !== patientId) throw notFound('patient')
  // One's own reading is nobody's to permit; what a machine makes of it is asked for all the same.
  if (purpose === 'ai-assistance') {
    const viewer: Viewer = { hospitalId: null, role: null, membershipId: null, purpose, at: ctx.now() }
    if (!(await isPermitted(ctx, patientId, viewer))) throw notFound('patient')
  }
  return { reach: 'self', hospitalId: null, patientId }
}

async function decideForStaff(
  ctx: Ctx,
  { hospitalId, membershipId, role }: Extract<Capacity, { as: 'staff' }>,
  action: Action,
  resource: Resource,
): Promise<Access> {
  const reach: Reach | undefined = staffPermissions[role][action]
  if (reach === undefined || reach === 'self') throw forbidden()
  const viewer = { hospitalId, membershipId, role, purpose: statedPurpose(ctx), at: ctx.now() }
  const staff: StaffAccess = { hospitalId, membershipId, viewer }
  const access: Access = { reach, ...staff }
  const { sql } = ctx
  switch (resource.type) {
    case 'hospital':
      return access
    case 'patient': {
      const patientId = resource.id
      ctx.opened.delete(patientId)
      const standing = await standingTo(sql, { reach, scope: consentScope(action, reach), patientId, viewer })
      if (!standing) throw notFound('patient')
      if (standing.isWithinReach && standing.isPermitted) return access
      const { breakGlass } = standing
      if (breakGlass === null || viewer.purpose !== 'treatment' || !breakGlassActions.has(action)) {
        throw notFound('patient')
      }
      ctx.opened.set(patientId, breakGlass)
      return { reach: 'care-team', ...staff }
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

/** For whoever acts in a capacity that is withheld until they have a second factor. */
export function factorMissing(): DomainError {
  return new DomainError('mfa_required', 'Your hospital requires a second factor: set one up first.')
}

function statedPurpose(ctx: Ctx) {
  const purpose = purposeOf(ctx)
  const open = purposesOf(ctx.actor)
  if (purpose === null || !open.includes(purpose)) throw invalid('purpose', `one of ${open.join(', ')}`)
  return purpose
}

async function isPermitted(ctx: Ctx, patientId: string, viewer: Viewer): Promise<boolean> {
  const values: unknown[] = [patientId]
  const bind = (value: unknown) => `$${values.push(value)}`
  const text = `select ${permitted(bind, '$1::uuid', viewer)} "isPermitted"`
  const [row] = await ctx.sql<{ isPermitted: boolean }>({ text, values })
  return row?.isPermitted === true
}

function capacityMissing(count: number): DomainError {
  return count === 0
    ? forbidden()
    : new DomainError('acting_as_required', 'Say in which capacity you act.', { field: 'actingAs' })
}
