import type { OperationLink, TRPCLink } from '@trpc/client'
import type { AppRouter } from '../router.ts'
import { callerOf } from './caller-link.ts'

/** A request is one login's: queries made before and after signing in never share one, however close they are. */
export function batchPerLogin(batchLink: TRPCLink<AppRouter>): TRPCLink<AppRouter> {
  return (runtime) => {
    let known: { login: number | undefined; send: OperationLink<AppRouter> } | undefined
    return (call) => {
      const login = callerOf(call.op.context)?.login
      if (!known || known.login !== login) known = { login, send: batchLink(runtime) }
      return known.send(call)
    }
  }
}
