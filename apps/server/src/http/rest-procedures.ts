import { appRouter, keepsAnswers, type ProcedureMeta } from '@chartwire/api'
import { ZodVoid } from 'zod'

export interface RestProcedure {
  /** As tRPC names it. */
  path: string
  type: 'query' | 'mutation'
  openapi: NonNullable<ProcedureMeta['openapi']>
  /** Declares that it has no input. */
  takesNothing: boolean
  isFile: boolean
  /** Stores its answer for the idempotency key of a request. */
  isIdempotent: boolean
}

interface Declared {
  _def: { type: 'query' | 'mutation' | 'subscription'; meta?: ProcedureMeta; inputs: unknown[] }
}

/** The procedures that have a place in REST. */
export function restProcedures(): RestProcedure[] {
  const procedures = appRouter._def.procedures as unknown as Record<string, Declared>
  return Object.entries(procedures).flatMap(([path, { _def }]) => {
    const { type, meta, inputs } = _def
    if (type === 'subscription' || !meta?.openapi) return []
    return [
      {
        path,
        type,
        openapi: meta.openapi,
        takesNothing: inputs[0] instanceof ZodVoid,
        isFile: meta.isFile === true,
        isIdempotent: keepsAnswers({ type, meta }),
      },
    ]
  })
}
