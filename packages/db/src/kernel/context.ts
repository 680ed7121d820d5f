import type { Database } from '../database/open-database.ts'
import type { Actor } from '../policy/actor.ts'

/** Marks a mutation that the caller may send again; see idempotency/. */
export interface IdempotentRequest {
  key: string
  procedure: string
  /** SHA-256 of the canonical input. */
  inputHash: Buffer
}

/** What a verb is called with. Time, ids and randomness come from here, so that tests decide them. */
export interface Ctx {
  actor: Actor
  db: Database
  requestId: string
  now: () => Date
  newId: () => string
  idempotency?: IdempotentRequest
}
