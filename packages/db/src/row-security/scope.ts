import type { Query, Statement } from '../database/sql.ts'
import type { Actor } from '../policy/actor.ts'

/**
 * On whose behalf a statement runs. Policies compare rows with it: a hospital's staff see the hospital, a patient the own
 * record at every hospital, a login what is its own. Without any of them nothing is seen.
 */
export interface Scope {
  hospitalId: string | null
  patientId: string | null
  userId: string | null
}

export const nobodysScope: Scope = { hospitalId: null, patientId: null, userId: null }

export function scopeOf(actor: Actor): Scope {
  if (actor.kind !== 'user') return nobodysScope
  const { userId, capacity } = actor
  switch (capacity?.as) {
    case 'staff':
      return { hospitalId: capacity.hospitalId, patientId: null, userId }
    case 'patient':
      return { hospitalId: null, patientId: capacity.patientId, userId }
    default:
      return { ...nobodysScope, userId }
  }
}

/** What a process does for a hospital on nobody's request: taking readings in, looking for its streams. */
export function hospitalScope(hospitalId: string): Scope {
  return { ...nobodysScope, hospitalId }
}

/** The scope as settings of a connection, in the form of `set_config`: empty is absent. */
export function scopeVariables({ hospitalId, patientId, userId }: Scope): Record<string, string> {
  return {
    'chartwire.hospital': hospitalId ?? '',
    'chartwire.patient': patientId ?? '',
    'chartwire.user': userId ?? '',
  }
}

const names = Object.keys(scopeVariables(nobodysScope))

/** Puts a connection, or the transaction it is in, into a scope; all of it, so that nothing of the one before is left. */
export function enterScope(scope: Scope, extent: 'connection' | 'transaction'): Statement {
  const isLocal = extent === 'transaction'
  const settings = names.map((name, index) => `set_config('${name}', $${index + 1}, ${isLocal})`)
  return {
    name: `scope_${extent}`,
    text: `select ${settings.join(', ')}`,
    values: Object.values(scopeVariables(scope)),
  }
}

/** Statements and transactions within a scope. */
export interface Scoped {
  query: (scope: Scope) => Query
  transaction: <T>(
    scope: Scope,
    work: (sql: Query) => Promise<T>,
    mode?: '' | 'isolation level repeatable read read only',
  ) => Promise<T>
}
