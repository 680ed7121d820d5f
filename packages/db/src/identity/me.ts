import type { Ctx } from '../kernel/context.ts'
import { DomainError } from '../kernel/errors.ts'
import type { Capacity } from '../policy/actor.ts'
import { capacityId } from './capacities.ts'

export interface NamedCapacity {
  /** What to send as `actingAs`. */
  id: string
  as: Capacity['as']
  /** The hospital's or the patient's name, for a menu. */
  label: string
  role: string
  hospitalId: string | null
  patientId: string | null
  /** Its hospital requires a second factor, which this login has to set up first. */
  isWithheld: boolean
}

export interface Me {
  user: { id: string; name: string }
  actingAs: string | null
  capacities: NamedCapacity[]
}

/** Who is signed in, and in which capacities they may act. */
export async function me(ctx: Ctx): Promise<Me> {
  const { actor } = ctx
  if (actor.kind !== 'user') throw new DomainError('unauthenticated', 'Sign in first.')
  const [user] = await ctx.sql<{ id: string; name: string }>({
    text: 'select id, name from app_user where id = $1',
    values: [actor.userId],
  })
  if (!user) throw new DomainError('unauthenticated', 'Sign in first.')
  const { capacities, withheld = [] } = actor
  const all = [...capacities, ...withheld]
  // Of all capacities, where the actor's scope is the one acted in.
  const labels = await ctx.db.sql<{ id: string; label: string }>({
    text: `select id, name label from hospital where id = any($1)
           union all select id, given_name || ' ' || family_name from patient where id = any($2)`,
    values: [
      all.flatMap((capacity) => (capacity.as === 'staff' ? [capacity.hospitalId] : [])),
      all.flatMap((capacity) => (capacity.as === 'patient' ? [capacity.patientId] : [])),
    ],
  })
  const labelOf = new Map(labels.map(({ id, label }) => [id, label]))
  return {
    user,
    actingAs: actor.capacity === null ? null : capacityId(actor.capacity),
    capacities: all.map((capacity) => ({ ...named(capacity, labelOf), isWithheld: withheld.includes(capacity) })),
  }
}

function named(capacity: Capacity, labelOf: ReadonlyMap<string, string>): Omit<NamedCapacity, 'isWithheld'> {
  const common = { id: capacityId(capacity), as: capacity.as, hospitalId: null, patientId: null }
  switch (capacity.as) {
    case 'staff': {
      const { hospitalId, role } = capacity
      return { ...common, label: labelOf.get(hospitalId) ?? '', role, hospitalId }
    }
    case 'patient': {
      const { patientId, relation } = capacity
      return { ...common, label: labelOf.get(patientId) ?? '', role: relation, patientId }
    }
    case 'platform':
      return { ...common, label: 'Chartwire', role: 'platform_admin' }
  }
}
