import { type Operation, TRPCClientError, type TRPCLink } from '@trpc/client'
import { observable } from '@trpc/server/observable'
import { toClientError } from '../errors.ts'
import { asTrpcAnswer } from '../links/answer.ts'
import type { FetchLike, FetchResponse } from '../links/fetch.ts'
import type { AppRouter } from '../router.ts'
import { readEventStream } from './event-stream.ts'

export interface SseLinkOptions {
  url: string
  fetch: FetchLike
  headers: (op: Operation) => Record<string, string>
  credentials: 'include' | 'omit'
}

/**
 * Subscriptions over Server-Sent Events, read with `fetch`: EventSource can neither send who asks in a header nor
 * what is asked for in a body, nor tell why it was refused. One try; resuming is the resume link's.
 */
export function sseLink({ url, fetch, headers, credentials }: SseLinkOptions): TRPCLink<AppRouter> {
  return () =>
    ({ op }) =>
      observable((observer) => {
        const interest = new AbortController()
        const follow = async () => {
          const response = await fetch(`${url}/${op.path}`, {
            method: 'POST',
            headers: { accept: 'text/event-stream', 'content-type': 'application/json', ...headers(op) },
            ...(op.input === undefined ? {} : { body: JSON.stringify(op.input) }),
            credentials,
            cache: 'no-store',
            signal: op.signal ? AbortSignal.any([op.signal, interest.signal]) : interest.signal,
          })
          for await (const { event, data, id } of readEventStream(await bodyOf(response))) {
            switch (event) {
              case 'connected':
                observer.next({ result: { type: 'started' } })
                observer.next({ result: { type: 'state', state: 'pending', error: null } })
                break
              case 'message': {
                const message: unknown = JSON.parse(data)
                observer.next({ result: id ? { id, data: { id, data: message } } : { data: message } })
                break
              }
              case 'serialized-error':
                throw TRPCClientError.from({ error: JSON.parse(data) })
              case 'return':
                observer.next({ result: { type: 'stopped' } })
                observer.complete()
                return
              default:
              // `ping` and what later servers may add.
            }
          }
          throw new Error('The stream broke off.')
        }
        observer.next({ result: { type: 'state', state: 'connecting', error: null } })
        follow().catch((error: unknown) => observer.error(toClientError(error)))
        return () => interest.abort()
      })
}

async function bodyOf(response: FetchResponse) {
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true
  if (response.body && isStream) return response.body
  const answer = asTrpcAnswer(await response.json(), response.status)
  throw TRPCClientError.from(
    typeof answer === 'object' && answer !== null ? answer : new Error(`HTTP ${response.status}`),
  )
}
