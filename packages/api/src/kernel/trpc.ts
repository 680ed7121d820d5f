import type { Action, Ctx } from '@chartwire/db'
import { getTRPCErrorFromUnknown, initTRPC } from '@trpc/server'
import { type ApiContext, verbContext } from './context.ts'
import { describeError, toTrpcError } from './errors.ts'

/** What a procedure declares about itself: who may call it, and where REST finds it. */
export type ProcedureMeta = {
  /** An action of the policy, any one of several; `public` needs no session, `signed-in` any. */
  permission?: Action | readonly Action[] | 'public' | 'signed-in'
  /** A mutation that stores no answer for its idempotency key: it has a natural key, or its answer is a secret. */
  isUnkeyed?: boolean
  /** Its answer has a new token in `session`, which takes the place of the caller's. */
  renewsSession?: boolean
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
      ...describeError(error, { requestId: ctx?.request.requestId ?? '', path }),
    }),
  })

/** Gives verbs their context and turns what goes wrong, there or before, into typed errors. */
const withVerbs = t.middleware(async ({ ctx: { request }, next, path, type, meta, getRawInput }) => {
  const isIdempotent = type === 'mutation' && meta?.isUnkeyed !== true
  const input = isIdempotent && request.idempotencyKey !== null ? await getRawInput() : undefined
  let verbs: Ctx
  try {
    verbs = await verbContext(request, { path, input, isIdempotent })
  } catch (error) {
    throw toTrpcError(getTRPCErrorFromUnknown(error))
  }
  const result = await next({ ctx: { verbs } })
  if (!result.ok) throw toTrpcError(result.error)
  return result
})

export const router = t.router
export const procedure = t.procedure.use(withVerbs)
export const createCallerFactory = t.createCallerFactory
