import type { Action, Ctx } from '@chartwire/db'
import { getTRPCErrorFromUnknown, initTRPC } from '@trpc/server'
import { type ApiContext, type Release, verbContext } from './context.ts'
import { describeError, toTrpcError } from './errors.ts'
import { releasedAtEnd } from './released-at-end.ts'

/**
 * `natural-key`: what arrives twice is recognised by itself. `same-outcome`: done twice is done once. `single-use`: what
 * it takes, a code or a challenge, is used up by the first. `secret-answer`: the answer is a credential, of which none is
 * kept to give again. Clients do not repeat the last two.
 */
export const unkeyedReasons = ['natural-key', 'same-outcome', 'single-use', 'secret-answer'] as const
export type UnkeyedReason = (typeof unkeyedReasons)[number]

/** What a procedure declares about itself: who may call it, and where REST finds it. */
export type ProcedureMeta = {
  /** An action of the policy, any one of several; `public` needs no session, `signed-in` any. */
  permission?: Action | readonly Action[] | 'public' | 'signed-in'
  /** Why a mutation stores no answer for its idempotency key; every other one does. */
  isUnkeyed?: UnkeyedReason
  /** What it costs, when not what its type says: readings of the bedside, or an export that reads much. */
  load?: 'ingest' | 'export'
  /** Most bytes of a request's body, when not a megabyte. */
  bodyLimit?: number
  /** Answers a `file`: REST sends its bytes. */
  isFile?: boolean
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

/** Whether a procedure stores its answer for the idempotency key of a request. */
export function keepsAnswers({ type, meta }: { type: string; meta: ProcedureMeta | undefined }): boolean {
  return type === 'mutation' && meta?.isUnkeyed === undefined
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
const withVerbs = t.middleware(async ({ ctx: { request }, next, path, type, meta, getRawInput, signal }) => {
  const isIdempotent = keepsAnswers({ type, meta })
  const input = isIdempotent && request.idempotencyKey !== null ? await getRawInput() : undefined
  let verbs: Ctx
  let release: Release | undefined
  try {
    verbs = await verbContext(request, { path, input, isIdempotent })
    release = request.admit?.({ actor: verbs.actor, type, load: meta?.load })
  } catch (error) {
    throw toTrpcError(getTRPCErrorFromUnknown(error))
  }
  const result = await next({ ctx: { verbs } })
  if (!result.ok) {
    release?.()
    throw toTrpcError(result.error)
  }
  return release ? { ...result, data: releasedAtEnd(result.data, { release, signal }) } : result
})

export const router = t.router
export const procedure = t.procedure.use(withVerbs)
export const createCallerFactory = t.createCallerFactory
