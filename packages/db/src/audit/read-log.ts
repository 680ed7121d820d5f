import pg from 'pg'
import { poolTransaction } from '../database/pool-transaction.ts'
import { isUnavailable } from '../database/sql-state.ts'
import type { KeyRing } from '../encryption/key-ring.ts'
import { appendToChain, type OriginatedEntry } from './chain.ts'

interface Waiting {
  entry: OriginatedEntry
  resolve: () => void
  reject: (error: unknown) => void
}

/**
 * Writes the entries of reads by group commit: an answer waits for the transaction that carries its entry, and all
 * answers that arrive meanwhile share the next one. Nothing is disclosed unlogged, and the log costs a busy server a
 * fraction of a transaction per request.
 */
export class ReadLog {
  #waiting: Waiting[] = []
  #writing: Promise<void> | undefined
  readonly #pool: pg.Pool
  readonly #keys: KeyRing

  constructor(pool: pg.Pool, keys: KeyRing) {
    this.#pool = pool
    this.#keys = keys
  }

  record(entry: OriginatedEntry): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ entry, resolve, reject })
      this.#writing ??= this.#drain()
    })
  }

  /** Resolves when everything recorded so far has been written or refused. */
  async settled(): Promise<void> {
    await this.#writing
  }

  async #drain(): Promise<void> {
    // One turn of the event loop: whatever else this tick wants to disclose joins the first batch.
    await new Promise(setImmediate)
    while (this.#waiting.length > 0) {
      await this.#settle(this.#waiting.splice(0, 1000))
    }
    this.#writing = undefined
  }

  /** An entry that the database refuses costs nobody else an answer: those that came with it are written one by one. */
  async #settle(batch: readonly Waiting[]): Promise<void> {
    try {
      await this.#write(batch.map(({ entry }) => entry))
      for (const { resolve } of batch) resolve()
    } catch (error) {
      if (batch.length > 1 && isRefusal(error)) for (const one of batch) await this.#settle([one])
      else for (const { reject } of batch) reject(error)
    }
  }

  #write(entries: readonly OriginatedEntry[]): Promise<void> {
    return poolTransaction(this.#pool, { work: (sql) => appendToChain(sql, this.#keys, entries) })
  }
}

/** Said by a database that works, of what it was given. */
function isRefusal(error: unknown): boolean {
  return error instanceof pg.DatabaseError && !isUnavailable(error)
}
