import type { Ctx, IdempotentRequest } from '../kernel/context.ts'
import type { Query } from '../database/sql.ts'
import { capacityId } from '../identity/capacities.ts'
import { DomainError } from '../kernel/errors.ts'
import { actorKey } from '../policy/actor.ts'

interface StoredAnswer {
  procedure: string
  inputHash: Buffer
  answer: Buffer
}

export type Claim = { state: 'claimed' } | { state: 'replay'; answer: unknown }

/** The scope of a key is the actor in its capacity: two people never meet in one key. */
function scopeOf(ctx: Ctx): string {
  const capacity = ctx.actor.kind === 'user' ? ctx.actor.capacity : null
  return `${actorKey(ctx.actor)}/${capacity === null ? '' : capacityId(capacity)}`
}

/**
 * Takes an idempotency key for this transaction. Same key, same input: the stored answer. Same key, other input: a
 * conflict. Taken by a transaction still under way: `idempotency_in_progress`. The claim is an advisory lock, so a
 * transaction that fails frees the key by ending.
 */
export async function claimKey(sql: Query, ctx: Ctx, request: IdempotentRequest): Promise<Claim> {
  const scope = scopeOf(ctx)
  const [lock] = await sql<{ taken: boolean }>({
    name: 'idempotency_lock',
    text: `select pg_try_advisory_xact_lock(hashtextextended($1, 20261122)) taken`,
    values: [`${scope}\n${request.key}`],
  })
  if (!lock?.taken) {
    throw new DomainError('idempotency_in_progress', 'A request with this idempotency key is under way.', {
      field: 'idempotencyKey',
      retryAfter: 1,
    })
  }
  const [stored] = await sql<StoredAnswer>({
    name: 'idempotency_find',
    text: `select procedure, input_hash "inputHash", answer from idempotency_key where scope = $1 and key = $2`,
    values: [scope, request.key],
  })
  if (!stored) return { state: 'claimed' }
  if (stored.procedure !== request.procedure || !stored.inputHash.equals(request.inputHash)) {
    throw new DomainError('idempotency_key_reused', 'This idempotency key was used for another request.', {
      field: 'idempotencyKey',
    })
  }
  const place = { table: 'idempotency_key', column: 'answer', id: `${scope}/${request.key}` }
  return { state: 'replay', answer: JSON.parse(ctx.db.keys.decrypt(stored.answer, place)) as unknown }
}

/** Stores the answer in the transaction that made it, encrypted, since an answer may hold patient data. */
export async function storeAnswer(sql: Query, ctx: Ctx, request: IdempotentRequest, answer: unknown): Promise<void> {
  const scope = scopeOf(ctx)
  const place = { table: 'idempotency_key', column: 'answer', id: `${scope}/${request.key}` }
  await sql({
    name: 'idempotency_store',
    text: `insert into idempotency_key (scope, key, procedure, input_hash, answer, created_at)
           values ($1, $2, $3, $4, $5, $6)`,
    values: [
      scope,
      request.key,
      request.procedure,
      request.inputHash,
      ctx.db.keys.encrypt(JSON.stringify(answer ?? null), place),
      ctx.now(),
    ],
  })
}
