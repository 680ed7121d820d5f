import type { EntityManager } from '@mikro-orm/postgresql'
import { CompiledQuery } from 'kysely'
import type { AuditEntry } from '../audit/audit-entry.ts'
import { appendToChain } from '../audit/chain.ts'
import { originated } from '../audit/origin.ts'
import type { BusMessage } from '../events/bus.ts'
import { notify } from '../events/notifications.ts'
import { claimKey, storeAnswer } from '../idempotency/claim-key.ts'
import type { Ctx } from '../kernel/context.ts'
import { scopeOf, scopeVariables } from '../row-security/scope.ts'
import { isRetryable } from './sql-state.ts'
import type { Query } from './sql.ts'

/** One transaction: the unit of work, plain SQL on the same connection, and what must commit together with them. */
export interface Transaction {
  em: EntityManager
  sql: Query
  /** Joins the audit log when, and only when, this transaction commits. */
  audit: (entry: AuditEntry) => void
  /** Told to this process and the others after the commit. */
  publish: (message: BusMessage) => void
}

const attempts = 4

/**
 * Runs a verb's writes on behalf of its actor, who reaches the rows of the own scope. In this order: claim the idempotency key, do the work, flush the unit of work, store the answer,
 * append to the audit chain, notify, commit. Work that loses to another transaction (deadlock, serialisation) is done again.
 */
export function transact<T>(ctx: Ctx, work: (tx: Transaction) => Promise<T>): Promise<T> {
  if (ctx.actor.kind === 'system') return transactAsSystem(ctx, work)
  const variables = scopeVariables(scopeOf(ctx.actor))
  return run(ctx, { open: () => ctx.db.orm.em.fork({ session: { variables } }), work })
}

/**
 * `transact` for what precedes an actor or stands above one (a sign-up, an invitation that is known by its token): sees
 * every row, so each statement says itself which rows it means.
 */
export function transactAsSystem<T>(ctx: Ctx, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return run(ctx, { open: () => ctx.db.systemOrm.em.fork(), work })
}

/**
 * What the request's idempotency key has answered already, for a verb that reads or prepares much before its transaction and
 * would do so again for nothing. @throws DomainError as `transact`, for a key under way or of another request
 */
export async function answeredBefore(ctx: Ctx): Promise<{ answer: unknown } | null> {
  const { idempotency } = ctx
  if (!idempotency) return null
  const variables = scopeVariables(scopeOf(ctx.actor))
  const claim = await ctx.db.orm.em
    .fork({ session: { variables } })
    .transactional((em) => claimKey(transactionQuery(em), ctx, idempotency))
  return claim.state === 'replay' ? { answer: claim.answer } : null
}

interface UnitOfWork<T> {
  open: () => EntityManager
  work: (tx: Transaction) => Promise<T>
}

async function run<T>(ctx: Ctx, { open, work }: UnitOfWork<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const messages: BusMessage[] = []
    try {
      const result = await open().transactional(async (em) => {
        const sql = transactionQuery(em)
        const { idempotency } = ctx
        if (idempotency) {
          const claim = await claimKey(sql, ctx, idempotency)
          if (claim.state === 'replay') return claim.answer as T
        }
        const entries: AuditEntry[] = []
        const answer = await work({
          em,
          sql,
          audit: (entry) => entries.push(entry),
          publish: (message) => messages.push(message),
        })
        await em.flush()
        if (idempotency) await storeAnswer(sql, ctx, idempotency, answer)
        await appendToChain(
          sql,
          ctx.db.keys,
          entries.map((entry) => originated(ctx, entry)),
        )
        await notify(sql, messages)
        return answer
      })
      for (const message of messages) ctx.db.bus.publish(message)
      return result
    } catch (error) {
      if (attempt >= attempts || !isRetryable(error)) throw error
    }
  }
}

/** Plain statements inside the unit of work's transaction. */
function transactionQuery(em: EntityManager): Query {
  const kysely = em.getKysely()
  return async <Row extends object>({ text, values = [] }: { text: string; values?: unknown[] }) =>
    (await kysely.executeQuery(CompiledQuery.raw(text, values))).rows as Row[]
}
