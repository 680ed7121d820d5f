import type { WatchOptions } from '@chartwire/db'
import type { RequestFacts } from './context.ts'

/** How a verb's stream learns that its consumer left, or cannot follow. */
export function streamOptions(request: RequestFacts, signal: AbortSignal | undefined): WatchOptions {
  return {
    signal: signal ?? new AbortController().signal,
    ...(request.isCongested ? { isCongested: request.isCongested } : {}),
  }
}
