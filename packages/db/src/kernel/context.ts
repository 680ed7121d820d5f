import type { Database } from '../database/open-database.ts'
import type { Query } from '../database/sql.ts'
import type { Actor } from '../policy/actor.ts'
import type { Purpose } from '../policy/purposes.ts'
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
  /** What the request says it is for; the usual purpose of its capacity when it says nothing. */
  purpose?: Purpose | undefined
  /** Patients whose records are read by break-glass in this request, each with the grant; `authorize` keeps it. */
  opened: Map<string, string>
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
  purpose,
  address,
  now = () => new Date(),
}: Pick<Ctx, 'actor' | 'db'> & Partial<Pick<Ctx, 'requestId' | 'purpose' | 'address' | 'now'>>): Ctx {
  const sql = actor.kind === 'system' ? db.sql : db.scoped.query(scopeOf(actor))
  return {
    actor,
    sql,
    db,
    requestId,
    purpose,
    opened: new Map(),
    now,
    newId: () => uuidv7(),
    ...(address === undefined ? {} : { address }),
  }
}
