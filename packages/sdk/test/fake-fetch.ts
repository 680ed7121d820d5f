import type { FetchInit, FetchLike, FetchResponse } from '../src/index.ts'

export interface Sent {
  url: URL
  /** The procedures asked for; several in a batch. */
  paths: string[]
  headers: Record<string, string>
  init: FetchInit
}

type Answerer = (sent: Sent) => FetchResponse | Promise<FetchResponse>

/** A server made of one function, and all that was sent to it. */
export function fakeFetch(answer: Answerer): { fetch: FetchLike; sent: Sent[] } {
  const sent: Sent[] = []
  return {
    sent,
    fetch: async (address, init) => {
      const url = new URL(address)
      const paths = url.pathname.replace('/trpc/', '').split(',')
      const request: Sent = { url, paths, headers: init.headers ?? {}, init }
      sent.push(request)
      return answer(request)
    },
  }
}

function response(status: number, body: unknown): FetchResponse {
  return {
    ok: status < 400,
    status,
    headers: { get: (name) => (name === 'content-type' ? 'application/json' : null) },
    body: null,
    json: () => Promise.resolve(body),
  }
}

/** The same answer to every call of the request. */
export function data(value: unknown, { url, paths }: Sent): FetchResponse {
  const one = { result: { data: value } }
  return response(200, url.searchParams.has('batch') ? paths.map(() => one) : one)
}

export function failure(code: string, { url, paths }: Sent, more: object = {}): FetchResponse {
  const one = {
    error: {
      code: -32000,
      message: `${code}.`,
      data: { code, httpStatus: 400, retryable: false, requestId: 'r', ...more },
    },
  }
  return response(400, url.searchParams.has('batch') ? paths.map(() => one) : one)
}

/** What Fastify refuses before a procedure is reached. */
export function refusal(code: string, more: object = {}): FetchResponse {
  return response(429, { error: { code, message: `${code}.`, requestId: 'r', ...more } })
}

/** What a proxy says when nobody is behind it. */
export function badGateway(): FetchResponse {
  return { ...response(502, null), json: () => Promise.reject(new SyntaxError('Unexpected token <')) }
}
