import { createWSClient, type TRPCLink, type TRPCWebSocketClient, wsLink } from '@trpc/client'
import { backOffMs } from '../links/back-off.ts'
import type { AppRouter } from '../router.ts'

/** A WebSocket class: the global one, or `ws`. */
export interface WebSocketLike {
  readonly OPEN: number
  new (url: string): unknown
}

export interface SocketOptions {
  url: string
  /** Who asks; sent as the connection's first message. */
  credentials: () => Record<string, string>
  WebSocket?: WebSocketLike
}

/** How long a socket without streams stays open for the next one. */
const idleMs = 1_000

/** The one WebSocket that all streams share. Opened by the first, closed after the last. */
export class Socket {
  readonly #options: SocketOptions
  #client: TRPCWebSocketClient | undefined

  constructor(options: SocketOptions) {
    this.#options = options
  }

  link(): TRPCLink<AppRouter> {
    return (runtime) =>
      ({ op, next }) => {
        this.#client ??= this.#open()
        return wsLink<AppRouter>({ client: this.#client })(runtime)({ op, next })
      }
  }

  /** Leaves the connection behind, dead or with old credentials; the streams on it resume on a new one. */
  reset(): void {
    const client = this.#client
    this.#client = undefined
    // What a socket that is left behind says at its end concerns nobody any more.
    client?.close().catch(() => undefined)
  }

  #open(): TRPCWebSocketClient {
    const { url, credentials, WebSocket } = this.#options
    return createWSClient({
      url: url.replace(/^http/, 'ws'),
      ...(WebSocket ? { WebSocket: asBrowserSocket(WebSocket) } : {}),
      connectionParams: credentials,
      lazy: { enabled: true, closeMs: idleMs },
      retryDelayMs: (failures) => backOffMs(failures, { baseMs: 500, maxMs: 10_000 }),
    })
  }
}

/** `ws` has all that tRPC uses of the browser's class; only the types of its events differ. */
function asBrowserSocket(constructor: WebSocketLike): typeof WebSocket {
  return constructor as unknown as typeof WebSocket
}
