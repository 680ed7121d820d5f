import type { IncomingMessage } from 'node:http'
import { type Database, DomainError, type RelyingParty } from '@chartwire/db'
import { type ApiContext, appRouter, createApiContext } from '@chartwire/api'
import type { TRPCError } from '@trpc/server'
import { getWSConnectionHandler } from '@trpc/server/adapters/ws'
import websocket from '@fastify/websocket'
import type { FastifyInstance } from 'fastify'
import type { CallLimits } from './limits/call-limits.ts'
import { clientAddress } from './limits/client-address.ts'
import { guardSocket } from './limits/socket-gate.ts'
import type { Print } from '../printing.ts'
import type { SessionCookie } from './session-cookie.ts'
import { congestionBytes, requestIdOf } from './request-facts.ts'

export interface WebSocketOptions {
  db: Database
  relyingParty: () => RelyingParty
  cookies: SessionCookie
  limits: CallLimits
  print: Print
  /** How long a socket may be silent about who it is. */
  patienceMs: number
  onError: (error: TRPCError, path: string, requestId: string) => void
  onOpen: (delta: 1 | -1) => void
}

/** The registered close code 1013. */
const tryAgainLater = 1013

/** A client subscribes, stops and beats; its calls go over HTTP. */
const messagesPerMinute = 3_000
const mostMessagesInBatch = 50

/** tRPC over WebSocket at `/trpc`: subscriptions, and whatever else a client likes to send that way. */
export async function registerWebSocket(
  app: FastifyInstance,
  { db, limits, relyingParty, cookies, print, patienceMs, onError, onOpen }: WebSocketOptions,
): Promise<void> {
  // Audio and files have their own ways; a message that is larger than this is none of ours.
  await app.register(websocket, { options: { maxPayload: 2_000_000 } })
  // A connection that asked for an upgrade and was refused is nobody's any more: neither the HTTP server nor the WebSocket
  // server closes it, and it would hold up the shutdown.
  app.addHook('onResponse', (request, reply, done) => {
    if (request.headers.upgrade !== undefined && reply.statusCode >= 400) request.raw.socket.destroySoon()
    done()
  })
  // The adapter hands on Node's request, which knows nothing of proxies.
  const addresses = new WeakMap<IncomingMessage, string>()
  const connect = getWSConnectionHandler({
    wss: app.websocketServer,
    router: appRouter,
    keepAlive: { enabled: true, pingMs: 15_000, pongWaitMs: 5_000 },
    maxBatchSize: mostMessagesInBatch,
    createContext: ({ req, res, info }): ApiContext => {
      const { token: given, actingAs, purpose } = info.connectionParams ?? {}
      const cookie = given === undefined ? cookies.read(req.headers.cookie ?? null) : null
      const token = given ?? cookie
      const address = addresses.get(req) ?? ''
      if (token !== null) res.once('close', limits.introduceSocket(token))
      return createApiContext({
        db,
        requestId: requestIdOf(req.headers),
        token,
        isCookieSession: cookie !== null,
        relyingParty,
        print,
        actingAs: actingAs ?? null,
        purpose: purpose ?? null,
        idempotencyKey: null,
        userAgent: req.headers['user-agent']?.slice(0, 300) ?? null,
        address,
        admit: (call) => limits.admit(call, address),
        isCongested: () => res.bufferedAmount > congestionBytes,
      })
    },
    onError: ({ error, path, ctx }) => onError(error, path ?? '', ctx?.request.requestId ?? ''),
  })
  app.get('/trpc', { websocket: true }, (socket, request) => {
    const address = clientAddress(request.ip)
    try {
      socket.once('close', limits.openSocket(address))
    } catch (error) {
      if (!(error instanceof DomainError)) throw error
      return socket.close(tryAgainLater, error.message)
    }
    onOpen(1)
    addresses.set(request.raw, address)
    // As the adapter reads it, or another spelling would wait for ever.
    const { searchParams } = new URL(request.raw.url ?? '', 'http://localhost')
    const isAwaited = searchParams.get('connectionParams') === '1'
    guardSocket(socket, { messagesPerMinute, isAwaited, patienceMs })
    socket.once('close', () => onOpen(-1))
    connect(socket, request.raw)
  })
}
