/** What the SDK asks of `fetch`: the global one fits, and so does undici's. */
export type FetchLike = (url: string, init: FetchInit) => Promise<FetchResponse>

export interface FetchInit {
  method?: string
  headers?: Record<string, string>
  body?: string
  signal?: AbortSignal
  credentials?: 'include' | 'omit' | 'same-origin'
  cache?: 'no-store'
}

export interface FetchResponse {
  readonly ok: boolean
  readonly status: number
  readonly headers: { get: (name: string) => string | null }
  readonly body: ByteStream | null
  json: () => Promise<unknown>
}

export interface ByteStream {
  getReader: () => {
    read: () => Promise<{ done: boolean; value?: Uint8Array | undefined }>
    cancel: () => Promise<void>
  }
}
