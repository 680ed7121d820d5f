import type { TRPCLink } from '@trpc/client'
import { type Auth, isSessionCheck } from '../auth/auth.ts'
import type { SessionState } from '../auth/session-state.ts'
import { isApiError } from '../errors.ts'
import type { AppRouter } from '../router.ts'
import { callLink } from './call-link.ts'
import { callerOf } from './caller-link.ts'

/** After `unauthenticated`, tries once more when the session turns out to stand; ends the session when it does not. */
export function sessionLink(state: SessionState, auth: () => Auth): TRPCLink<AppRouter> {
  return callLink(async ({ op, send }) => {
    const caller = callerOf(op.context) ?? state.caller
    try {
      return await send(op)
    } catch (error) {
      if (op.context[isSessionCheck] === true || !isApiError(error, 'unauthenticated')) throw error
      if (!(await auth().standsAfter(caller))) throw error
      // It may have failed because its token was renewed meanwhile.
      return send({ ...op, context: { ...op.context, caller: state.caller } })
    }
  })
}
