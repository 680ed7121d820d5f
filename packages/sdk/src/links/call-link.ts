import type { Operation, OperationResultEnvelope, TRPCClientError, TRPCLink } from '@trpc/client'
import { observable } from '@trpc/server/observable'
import { toClientError } from '../errors.ts'
import type { AppRouter } from '../router.ts'

export type Answer = OperationResultEnvelope<unknown, TRPCClientError<AppRouter>>

export interface Call {
  op: Operation
  /** Ends when the caller aborts or loses interest. */
  signal: AbortSignal
  /** Hands the call on; more than once to try again. */
  send: (op: Operation) => Promise<Answer>
}

/** A link around calls with a single answer, written with promises. */
export function callLink(around: (call: Call) => Promise<Answer>): TRPCLink<AppRouter> {
  return () =>
    ({ op, next }) =>
      observable((observer) => {
        const interest = new AbortController()
        const signal = op.signal ? AbortSignal.any([op.signal, interest.signal]) : interest.signal
        const send = (sent: Operation) =>
          new Promise<Answer>((resolve, reject) => {
            const sending = sent.signal ?? signal
            const giveUp = () => {
              subscription.unsubscribe()
              reject(sending.reason)
            }
            const subscription = next({ ...sent, signal: sending }).subscribe({
              next: resolve,
              error: reject,
              complete: () => sending.removeEventListener('abort', giveUp),
            })
            if (sending.aborted) giveUp()
            else sending.addEventListener('abort', giveUp, { once: true })
          })
        const answer = async () => {
          try {
            observer.next(await around({ op, signal, send }))
            observer.complete()
          } catch (error) {
            // Whatever reason the caller gave for taking the call back.
            const reason = signal.aborted ? new DOMException('The call was taken back.', 'AbortError') : error
            observer.error(toClientError(reason))
          }
        }
        void answer()
        return () => interest.abort()
      })
}
