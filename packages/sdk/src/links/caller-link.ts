import type { OperationContext, TRPCLink } from '@trpc/client'
import type { Caller, SessionState } from '../auth/session-state.ts'
import type { AppRouter } from '../router.ts'
import { callLink } from './call-link.ts'
import { uuid } from './uuid.ts'

/**
 * Settles who a call is made as, gives it its request id, and each mutation the idempotency key it keeps through all its
 * tries.
 */
export function callerLink(state: SessionState): TRPCLink<AppRouter> {
  return callLink(({ op, send }) => {
    const ids = { requestId: uuid(), ...(op.type === 'mutation' ? { idempotencyKey: uuid() } : {}) }
    return send({ ...op, context: { ...ids, ...op.context, caller: state.caller } })
  })
}

/**
 * Stops what was not sent, or is to be sent again, when another login has begun: what one nurse did must not be
 * done in the name of the next.
 */
export function sameLoginLink(state: SessionState): TRPCLink<AppRouter> {
  return callLink(({ op, send }) => {
    const caller = callerOf(op.context)
    if (caller && caller.login !== state.caller.login && caller.isSignedIn) {
      throw new DOMException('Another login has begun; this call was of the one before.', 'AbortError')
    }
    return send(op)
  })
}

/** What `callerLink` settled. */
export function callerOf(context: OperationContext): Caller | undefined {
  return context['caller'] as Caller | undefined
}
