import type { TRPCLink } from '@trpc/client'
import type { AppRouter } from '../router.ts'
import { callLink } from './call-link.ts'

/** Gives up on an answer after `ms`. Whether the call had its effect is then unknown, as with a lost connection. */
export function timeoutLink(ms: number): TRPCLink<AppRouter> {
  return callLink(async ({ op, signal, send }) => {
    const timeout = new AbortController()
    const timer = setTimeout(() => timeout.abort(new DOMException(`No answer within ${ms} ms.`, 'TimeoutError')), ms)
    try {
      return await send({ ...op, signal: AbortSignal.any([signal, timeout.signal]) })
    } finally {
      clearTimeout(timer)
    }
  })
}
