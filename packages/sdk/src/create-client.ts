import { createTRPCClient, httpBatchLink, httpLink, type Operation, splitLink } from '@trpc/client'
import { Auth } from './auth/auth.ts'
import { loginOf, memorySession, personOf, type SessionStore } from './auth/session.ts'
import { SessionState } from './auth/session-state.ts'
import { type RetryPolicy, usualRetry } from './links/back-off.ts'
import type { FetchLike } from './links/fetch.ts'
import { credentialsOf, headersOf } from './links/headers.ts'
import { batchPerLogin } from './links/batch-per-login.ts'
import { callerLink, callerOf, sameLoginLink } from './links/caller-link.ts'
import { renewalLink } from './links/renewal-link.ts'
import { retryLink } from './links/retry-link.ts'
import { sessionLink } from './links/session-link.ts'
import { timeoutLink } from './links/timeout-link.ts'
import { trpcFetch } from './links/trpc-fetch.ts'
import { list } from './list.ts'
import { resumeLink } from './live/resume-link.ts'
import { Socket, type WebSocketLike } from './live/socket.ts'
import { sseLink } from './live/sse-link.ts'
import { createWatch, type Watch } from './live/watch.ts'
import { platform } from './platform.ts'
import type { Api, AppRouter } from './router.ts'

/** What data are asked for; the server keeps it with every access, and holds patients' directives against it. */
export type Purpose =
  | 'own'
  | 'treatment'
  | 'care-coordination'
  | 'quality'
  | 'administration'
  | 'billing'
  | 'export'
  | 'research'
  | 'ai-assistance'

export interface ClientOptions {
  /** Where the server is, such as `https://chartwire.example`; the page's own origin as `''`. */
  url: string
  /** Where the session is kept; in memory when not given. */
  session?: SessionStore
  /** The membership or patient to act as; see `me().capacities`. */
  actingAs?: string
  /** What the calls of this client are for, such as `research`; treatment, or one's own reading, when not given. */
  purpose?: Purpose
  /** What live streams run over. WebSocket when not given; SSE where proxies let nothing else through. */
  transport?: 'websocket' | 'sse'
  fetch?: FetchLike
  /** For runtimes without a WebSocket of their own. */
  WebSocket?: WebSocketLike
  /** False sends nothing a second time. */
  retry?: Partial<RetryPolicy> | false
  /** How long to wait for an answer; 30 s when not given. */
  timeoutMs?: number
  /** Called once when the server no longer knows the session; not after signing out. */
  onSessionEnded?: () => void
}

export interface Client {
  /** Every procedure of the server with its types: `client.api.patients.get.query({ patientId })`. */
  readonly api: Api
  readonly auth: Auth
  /** Every item of a list, page by page: `client.list(client.api.patients.list, { limit: 100 })`. */
  readonly list: typeof list
  readonly watch: Watch
  /** Acts as this membership or patient from now on; running streams go on in the new capacity, or end refused. */
  actAs: (capacityId: string | null) => void
  /** Ends every stream and the connection. Calls under way finish. */
  close: () => void
}

/**
 * Queries sent in the same turn share a request, up to so many. Their input is its body: a name that is searched for is in
 * no URL, which whatever lies between may log.
 */
const batch = { maxItems: 10, methodOverride: 'POST' as const }

/** A client of one Chartwire server, for one login. */
export function createClient({
  url,
  session = memorySession(),
  actingAs,
  purpose,
  transport = 'websocket',
  fetch = (address, init) => globalThis.fetch(address, init),
  WebSocket,
  retry = {},
  timeoutMs = 30_000,
  onSessionEnded,
}: ClientOptions): Client {
  const endpoint = `${url.replace(/\/$/, '')}/trpc`
  const state = new SessionState(session, actingAs ?? null)
  const socket = new Socket({
    url: absolute(endpoint),
    ...(WebSocket ? { WebSocket } : {}),
    credentials: () => {
      const { token, actingAs } = state.caller
      return {
        ...(token === null ? {} : { token }),
        ...(actingAs === null ? {} : { actingAs }),
        ...(purpose === undefined ? {} : { purpose }),
      }
    },
  })
  const { mode } = session
  const http = { url: endpoint, fetch: trpcFetch(fetch, credentialsOf(mode)) }
  const headers = ({ context }: Operation) => ({
    ...headersOf(callerOf(context) ?? state.caller, mode, context),
    ...(purpose === undefined ? {} : { 'x-purpose': purpose }),
  })
  const stream =
    transport === 'websocket'
      ? socket.link()
      : sseLink({
          url: endpoint,
          fetch,
          headers,
          credentials: credentialsOf(mode),
        })
  const api: Api = createTRPCClient<AppRouter>({
    links: [
      splitLink<AppRouter>({
        condition: ({ type }) => type === 'subscription',
        true: [resumeLink({ state, auth: () => auth, leaveConnection: () => socket.reset() }), stream],
        false: [
          callerLink(state),
          renewalLink(state),
          sessionLink(state, () => auth),
          ...(retry === false ? [] : [retryLink({ ...usualRetry, ...retry })]),
          sameLoginLink(state),
          timeoutLink(timeoutMs),
          splitLink<AppRouter>({
            // Each mutation has a key of its own, which is a header: it travels alone.
            condition: ({ type }) => type === 'mutation',
            true: httpLink({ ...http, headers: ({ op }) => headers(op) }),
            false: batchPerLogin(httpBatchLink({ ...http, ...batch, headers: ({ opList: [op] }) => headers(op) })),
          }),
        ],
      }),
    ],
  })
  const auth = new Auth(api, state)
  const open = new Set<{ close: () => void }>()
  const closeStreams = () => {
    for (const running of open) running.close()
  }
  state.onChange(({ session: next, previous, end, isRenewal }) => {
    // Streams go on; what asks next asks on a connection with the new token.
    if (isRenewal) return socket.reset()
    // An expired session ends its streams with the reason, which the server gives them.
    if (end !== 'expired' && previous && personOf(next) !== personOf(previous)) closeStreams()
    // Who asks was told when the connection was made.
    if (loginOf(next) !== loginOf(previous)) socket.reset()
    if (end === 'expired') onSessionEnded?.()
  })
  return {
    api,
    auth,
    list,
    watch: createWatch({
      api,
      onDead: () => socket.reset(),
      onOpen: (running) => {
        open.add(running)
        running.onStatus((status) => {
          if (status === 'ended') open.delete(running)
        })
      },
    }),
    actAs: (capacityId) => state.actAs(capacityId),
    close: () => {
      closeStreams()
      socket.reset()
      state.close()
    },
  }
}

/** A WebSocket's address must name its host; one's own page has it. */
function absolute(endpoint: string): string {
  if (/^https?:/.test(endpoint)) return endpoint
  return new URL(endpoint, platform.location?.href).href
}
