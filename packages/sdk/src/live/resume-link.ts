import type { Operation, TRPCClientError, TRPCLink } from '@trpc/client'
import { observable, type Unsubscribable } from '@trpc/server/observable'
import type { Auth } from '../auth/auth.ts'
import type { Caller, SessionState } from '../auth/session-state.ts'
import { isApiError } from '../errors.ts'
import { backOffMs } from '../links/back-off.ts'
import type { AppRouter } from '../router.ts'

export interface Resumption {
  state: SessionState
  auth: () => Auth
  /** The next subscription makes another connection, with the credentials of then. */
  leaveConnection: () => void
}

const patience = { baseMs: 500, maxMs: 10_000 }

/**
 * Keeps a subscription going whatever happens to its connection: subscribes again behind the last event that arrived,
 * without end and with growing pauses. Only what will not change by waiting ends it: a typed refusal, a session that is
 * no more, the server's own end.
 */
export function resumeLink({ state, auth, leaveConnection }: Resumption): TRPCLink<AppRouter> {
  return () =>
    ({ op, next }) =>
      observable((observer) => {
        let lastEventId: string | undefined
        let failures = 0
        let isOver = false
        let timer: ReturnType<typeof setTimeout> | undefined
        let subscription: Unsubscribable | undefined

        const resume = (error: TRPCClientError<AppRouter> | null) => {
          if (isOver) return
          observer.next({ result: { type: 'state', state: 'connecting', error } })
          // A connection that we left ourselves needs no pause, a server that went away has many to take back.
          timer = setTimeout(follow, error === null && failures === 0 ? 0 : backOffMs(failures, patience))
          failures += 1
        }
        const refuse = async (error: TRPCClientError<AppRouter>, caller: Caller) => {
          const isUnknown = isApiError(error, 'unauthenticated')
          const mayResume = isUnknown ? await auth().standsAfter(caller) : !isFinal(error)
          // The connection was made with a token that another call, or another tab, has renewed since.
          if (isUnknown && mayResume) leaveConnection()
          if (mayResume) resume(error)
          else observer.error(error)
        }
        const follow = () => {
          const { caller } = state
          let hasStopped = false
          subscription = next(behind(op, lastEventId)).subscribe({
            next: (envelope) => {
              const { result } = envelope
              if (result.type === 'stopped') hasStopped = true
              if (result.type === undefined || result.type === 'data') {
                failures = 0
                lastEventId = result.id ?? lastEventId
              }
              observer.next(envelope)
            },
            error: (error) => void refuse(error, caller),
            // A transport that completes without the server's word was cut off.
            complete: () => (hasStopped ? observer.complete() : resume(null)),
          })
        }

        timer = setTimeout(follow)
        return () => {
          isOver = true
          clearTimeout(timer)
          subscription?.unsubscribe()
        }
      })
}

function behind(op: Operation, lastEventId: string | undefined): Operation {
  return lastEventId === undefined ? op : { ...op, input: { ...(op.input as object | undefined), lastEventId } }
}

/** A defect of the server may pass, as its absence does; what it refuses for a reason it refuses again. */
function isFinal(error: TRPCClientError<AppRouter>): boolean {
  return isApiError(error) && !error.data.retryable && error.data.code !== 'internal'
}
