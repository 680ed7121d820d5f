import type { Database } from '../database/open-database.ts'
import type { Query } from '../database/sql.ts'
import type { Actor } from '../policy/actor.ts'
import { scopeOf } from '../row-security/scope.ts'
import { uuidv7 } from './ids.ts'

/** Marks a mutation that the caller may send again; see idempotency/. */
export interface IdempotentRequest {
  key: string
  procedure: string
  /** HMAC of the canonical input. */
  inputHash: Buffer
}

/** What a verb is called with. Time, ids and randomness come from here, so that tests decide them. */
export interface Ctx {
  actor: Actor
  /** Plain SQL on behalf of the actor, who sees the rows of the own scope. `db.sql` is the system's own, for what precedes an actor. */
  sql: Query
  db: Database
  requestId: string
  /** The network address the request came from, as far as proxies are trusted; for counting attempts, never kept in clear. */
  address?: string
  now: () => Date
  newId: () => string
  idempotency?: IdempotentRequest
}

/** The context of one request, with the wall clock unless a test has another. */
export function contextOf({
  actor,
  db,
  requestId = uuidv7(),
  address,
  now = () => new Date(),
}: Pick<Ctx, 'actor' | 'db'> & Partial<Pick<Ctx, 'requestId' | 'address' | 'now'>>): Ctx {
  const sql = actor.kind === 'system' ? db.sql : db.scoped.query(scopeOf(actor))
  return {
    actor,
    sql,
    db,
    requestId,
    now,
    newId: () => uuidv7(),
    ...(address === undefined ? {} : { address }),
  }
}
