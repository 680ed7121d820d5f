import { asTrpcAnswer } from './answer.ts'
import type { FetchLike } from './fetch.ts'

interface TrpcInit {
  method?: string
  headers?: unknown
  body?: unknown
  signal?: AbortSignal | null | undefined
}

/** Our `fetch` in the form tRPC's links call it. They send JSON texts and plain headers, which is all that passes. */
export function trpcFetch(fetch: FetchLike, credentials: 'include' | 'omit') {
  return async (address: unknown, { method, headers, body, signal }: TrpcInit = {}) => {
    const response = await fetch(String(address), {
      credentials,
      cache: 'no-store',
      ...(method === undefined ? {} : { method }),
      ...(typeof headers === 'object' && headers !== null ? { headers: { ...headers } } : {}),
      ...(typeof body === 'string' ? { body } : {}),
      ...(signal ? { signal } : {}),
    })
    return { ok: response.ok, json: async () => asTrpcAnswer(await response.json(), response.status) }
  }
}
