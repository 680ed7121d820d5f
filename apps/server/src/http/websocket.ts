import type { Database } from '@chartwire/db'
import { type ApiContext, appRouter, createApiContext } from '@chartwire/api'
import type { TRPCError } from '@trpc/server'
import { getWSConnectionHandler } from '@trpc/server/adapters/ws'
import websocket from '@fastify/websocket'
import type { FastifyInstance } from 'fastify'
import { congestionBytes, cookieToken, requestIdOf } from './request-facts.ts'

export interface WebSocketOptions {
  db: Database
  onError: (error: TRPCError, path: string, requestId: string) => void
  onOpen: (delta: 1 | -1) => void
}

/** tRPC over WebSocket at `/trpc`: subscriptions, and whatever else a client likes to send that way. */
export async function registerWebSocket(
  app: FastifyInstance,
  { db, onError, onOpen }: WebSocketOptions,
): Promise<void> {
  // Audio and files have their own ways; a message that is larger than this is none of ours.
  await app.register(websocket, { options: { maxPayload: 2_000_000 } })
  // A connection that asked for an upgrade and was refused is nobody's any more: neither the HTTP server nor the WebSocket
  // server closes it, and it would hold up the shutdown.
  app.addHook('onResponse', (request, reply, done) => {
    if (request.headers.upgrade !== undefined && reply.statusCode >= 400) request.raw.socket.destroySoon()
    done()
  })
  const connect = getWSConnectionHandler({
    wss: app.websocketServer,
    router: appRouter,
    keepAlive: { enabled: true, pingMs: 15_000, pongWaitMs: 5_000 },
    createContext: ({ req, res, info }): ApiContext => {
      const { token, actingAs, purpose } = info.connectionParams ?? {}
      return createApiContext({
        db,
        requestId: requestIdOf(req.headers),
        token: token ?? cookieToken(req.headers.cookie ?? null),
        actingAs: actingAs ?? null,
        purpose: purpose ?? null,
        idempotencyKey: null,
        userAgent: req.headers['user-agent']?.slice(0, 300) ?? null,
        isCongested: () => res.bufferedAmount > congestionBytes,
      })
    },
    onError: ({ error, path, ctx }) => onError(error, path ?? '', ctx?.request.requestId ?? ''),
  })
  app.get('/trpc', { websocket: true }, (socket, request) => {
    onOpen(1)
    socket.once('close', () => onOpen(-1))
    connect(socket, request.raw)
  })
}
