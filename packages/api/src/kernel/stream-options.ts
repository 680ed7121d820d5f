import type { WatchOptions } from '@chartwire/db'
import type { ApiContext } from './context.ts'

/** How a verb's stream learns that its consumer left, or cannot follow. */
export function streamOptions(ctx: ApiContext, signal: AbortSignal | undefined): WatchOptions {
  return {
    signal: signal ?? new AbortController().signal,
    ...(ctx.isCongested ? { isCongested: ctx.isCongested } : {}),
  }
}
