import { appRouter, createApiContext, createCallerFactory, describeError, type ProcedureMeta } from '@chartwire/api'
import type { Actor, Database } from '@chartwire/db'
import { getTRPCErrorFromUnknown } from '@trpc/server'
import type { z } from 'zod'

export interface DeclaredProcedure {
  path: string
  type: 'query' | 'mutation' | 'subscription'
  meta: ProcedureMeta | undefined
  inputs: readonly z.ZodType[]
  output: z.ZodType | undefined
}

interface Declaration {
  _def: { type: DeclaredProcedure['type']; meta?: ProcedureMeta; inputs: z.ZodType[]; output?: z.ZodType }
}

/** Every procedure as it declares itself. */
export const procedures: readonly DeclaredProcedure[] = Object.entries(
  appRouter._def.procedures as unknown as Record<string, Declaration>,
).map(([path, { _def }]) => ({ path, type: _def.type, meta: _def.meta, inputs: _def.inputs, output: _def.output }))

export interface Answer {
  data?: unknown
  error?: ReturnType<typeof describeError>
}

export interface CallOptions {
  /** Null: nobody. */
  actor: Actor | null
  idempotencyKey?: string
}

const callerOf = createCallerFactory(appRouter)
const tokens = new WeakMap<Database, Map<string, string>>()

async function tokenOf(db: Database, actor: Actor | null): Promise<string | null> {
  if (actor?.kind !== 'user') return null
  const known = tokens.get(db) ?? new Map<string, string>()
  tokens.set(db, known)
  const token =
    known.get(actor.userId) ?? (await db.sessions.open({ userId: actor.userId, kind: 'person', userAgent: null })).token
  known.set(actor.userId, token)
  return token
}

/** Calls a procedure by its path, as the transports do, and describes an error as they do. Of a stream: its first message. */
export async function call(db: Database, path: string, input: unknown, options: CallOptions): Promise<Answer> {
  const requestId = 'a-request-of-the-test'
  const context = createApiContext({
    db,
    requestId,
    token: await tokenOf(db, options.actor),
    actingAs: actingAs(options.actor),
    idempotencyKey: options.idempotencyKey ?? null,
    userAgent: null,
    print: async (html) => new TextEncoder().encode(html),
  })
  const abort = new AbortController()
  try {
    const caller = callerOf(context, { signal: abort.signal }) as unknown as Record<
      string,
      Record<string, (input: unknown) => Promise<unknown>>
    >
    const [domain = '', name = ''] = path.split('.')
    const data = await caller[domain]?.[name]?.(input)
    return { data: isStream(data) ? (await data[Symbol.asyncIterator]().next()).value : data }
  } catch (thrown) {
    return { error: describeError(getTRPCErrorFromUnknown(thrown), { requestId, path }) }
  } finally {
    abort.abort()
  }
}

function isStream(data: unknown): data is AsyncIterable<unknown> {
  return typeof data === 'object' && data !== null && Symbol.asyncIterator in data
}

/** What the actor acts as, said as a request says it. */
function actingAs(actor: Actor | null): string | null {
  if (actor?.kind !== 'user' || actor.capacity === null) return null
  const { capacity } = actor
  switch (capacity.as) {
    case 'staff':
      return capacity.membershipId
    case 'patient':
      return capacity.patientId
    case 'platform':
      return capacity.platformAdminId
  }
}
