import { appRouter, type ProcedureMeta } from '@chartwire/api'

/** What a body may hold when the procedure says nothing else. */
const usual = 1_000_000
/** What any may: no procedure may ask for more, and nothing more is read. */
export const largestBody = 5_000_000

const procedures = appRouter._def.procedures as unknown as Readonly<
  Record<string, { _def: { meta?: ProcedureMeta } } | undefined>
>

/** Most bytes of the body of a call, or of a batch of calls. */
export function bodyLimitOf(paths: readonly string[]): number {
  const limits = paths.map((path) =>
    Object.hasOwn(procedures, path) ? (procedures[path]?._def.meta?.bodyLimit ?? usual) : usual,
  )
  return Math.min(largestBody, Math.max(usual, ...limits))
}
