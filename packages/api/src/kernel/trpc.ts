import type { Action, Ctx } from '@chartwire/db'
import { initTRPC } from '@trpc/server'
import { type ApiContext, verbContext } from './context.ts'
import { describeError, toTrpcError } from './errors.ts'

/** What a procedure declares about itself: who may call it, and where REST finds it. */
export type ProcedureMeta = {
  /** An action of the policy; `public` needs no session, `signed-in` any. */
  permission?: Action | 'public' | 'signed-in'
  /** A mutation that stores no answer for its idempotency key: it has a natural key, or its answer is a secret. */
  isUnkeyed?: boolean
  openapi?: {
    method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
    path: `/${string}`
    tags?: string[]
    summary?: string
    description?: string
    protect?: boolean
  }
}

const t = initTRPC
  .context<ApiContext>()
  .meta<ProcedureMeta>()
  .create({
    isDev: false,
    sse: { ping: { enabled: true, intervalMs: 5_000 }, client: { reconnectAfterInactivityMs: 15_000 } },
    errorFormatter: ({ shape, error, path, ctx }) => ({
      ...shape,
      ...describeError(error, { requestId: ctx?.requestId ?? '', path }),
    }),
  })

/** Gives verbs their context and turns their errors into typed ones. */
const withVerbs = t.middleware(async ({ ctx, next, path, type, meta, getRawInput }) => {
  const isIdempotent = type === 'mutation' && meta?.isUnkeyed !== true
  const input = isIdempotent && ctx.idempotencyKey !== null ? await getRawInput() : undefined
  const verbs: Ctx = await verbContext(ctx, { path, input, isIdempotent })
  const result = await next({ ctx: { verbs } })
  if (!result.ok) throw toTrpcError(result.error)
  return result
})

/** Where a domain error thrown before the verb (an unknown `actingAs`) becomes a typed one as well. */
const withTypedErrors = t.middleware(async ({ next }) => {
  const result = await next()
  if (!result.ok) throw toTrpcError(result.error)
  return result
})

export const router = t.router
export const procedure = t.procedure.use(withTypedErrors).use(withVerbs)
export const createCallerFactory = t.createCallerFactory
