import type { TRPCLink } from '@trpc/client'
import type { SessionState } from '../auth/session-state.ts'
import type { AppRouter, Outputs } from '../router.ts'
import { type Answer, callLink } from './call-link.ts'
import { callerOf } from './caller-link.ts'

type Renewed = Outputs['identity']['stepUp']['session']

/** What answers with a new token for the caller's session. A test holds this list against what the procedures declare. */
export const renewing: ReadonlySet<string> = new Set([
  'identity.changePassword',
  'identity.stepUp',
  'mfa.confirmTotp',
  'mfa.registerPasskey',
])

/** Keeps the new token of a renewed session before anybody sees the answer: the one of before is dead already. */
export function renewalLink(state: SessionState): TRPCLink<AppRouter> {
  return callLink(async ({ op, send }) => {
    const answer = await send(op)
    const caller = callerOf(op.context)
    if (renewing.has(op.path) && (!caller || caller.login === state.caller.login)) {
      const session = renewedIn(answer)
      if (session) state.renew(session)
    }
    return answer
  })
}

function renewedIn({ result }: Answer): Renewed | undefined {
  return 'data' in result ? (result.data as { session: Renewed }).session : undefined
}
