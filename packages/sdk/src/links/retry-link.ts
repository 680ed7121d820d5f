import type { TRPCLink } from '@trpc/client'
import { isAbort, isApiError } from '../errors.ts'
import type { AppRouter } from '../router.ts'
import { backOffMs, pause, type RetryPolicy } from './back-off.ts'
import { callLink } from './call-link.ts'
import { unrepeatable } from './unrepeatable.ts'

/**
 * Sends a call again when the server says that it may succeed later, or when no answer came. Mutations too: each carries
 * one idempotency key through all its tries, so that the second of two that arrive gets the first one's answer.
 */
export function retryLink(policy: RetryPolicy): TRPCLink<AppRouter> {
  return callLink(async ({ op, signal, send }) => {
    for (let failures = 0; ; failures += 1) {
      try {
        return await send(op)
      } catch (error) {
        const wait = unrepeatable.has(op.path) ? null : waitAfter(error, failures, policy)
        if (wait === null || failures + 1 >= policy.attempts || signal.aborted) throw error
        await pause(wait, signal)
      }
    }
  })
}

/** How long to wait before the next try; null when there should be none. */
function waitAfter(error: unknown, failures: number, policy: RetryPolicy): number | null {
  if (isAbort(error)) return null
  const wait = backOffMs(failures, policy)
  if (!isApiError(error)) return wait
  const { retryable, retryAfter = 0 } = error.data
  if (!retryable || retryAfter * 1000 > policy.maxMs) return null
  return Math.max(wait, retryAfter * 1000)
}
