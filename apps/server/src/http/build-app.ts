import { appRouter, describeError } from '@chartwire/api'
import { DomainError, type Database } from '@chartwire/db'
import { TRPCError } from '@trpc/server'
import Fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyRequest,
} from 'fastify'
import type { Logger } from 'pino'
import type { Settings } from '../configuration/settings.ts'
import { registerConsole } from './console.ts'
import { registerDocs } from './docs.ts'
import { registerHealth } from './health.ts'
import type { Metrics } from './metrics.ts'
import { httpContext, requestIdOf } from './request-facts.ts'
import { registerRestRoutes } from './rest-routes.ts'
import { registerSecurity } from './security.ts'
import { registerTrpcRoute } from './trpc-route.ts'
import { registerWebSocket } from './websocket.ts'

export interface AppOptions {
  db: Database
  settings: Settings
  logger: Logger
  metrics: Metrics
  version: string
  isAccepting: () => boolean
  url: () => string
}

/** Everything on the one port. */
export async function buildApp({
  db,
  settings,
  logger,
  metrics,
  version,
  isAccepting,
  url,
}: AppOptions): Promise<FastifyInstance> {
  const loggerInstance: FastifyBaseLogger = logger
  const app = Fastify({
    loggerInstance,
    // What is logged of a request names it itself; a logger for each one cost more than routing it.
    childLoggerFactory: (parent) => parent,
    // Fastify's own request lines hold URLs; ours below hold route patterns.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: (request) => requestIdOf(request.headers),
    bodyLimit: 5_000_000,
    requestTimeout: 30_000,
    connectionTimeout: 0,
    keepAliveTimeout: 72_000,
    routerOptions: { maxParamLength: 5_000 },
    forceCloseConnections: 'idle',
  })
  const isSecure = settings.PUBLIC_URL?.startsWith('https:') ?? false
  const origins = [...settings.CHARTWIRE_ORIGINS, ...(settings.PUBLIC_URL ? [new URL(settings.PUBLIC_URL).origin] : [])]

  const parseJson = app.getDefaultJsonParser('error', 'error')
  // tRPC's clients send the type and no body for a mutation without input, such as signing out.
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) =>
    body === '' ? done(null) : parseJson(request, String(body), done),
  )
  if (logger.isLevelEnabled('debug')) {
    app.addHook('onResponse', (request, reply, done) => {
      logger.debug({
        method: request.method,
        route: request.routeOptions.url,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        requestId: request.id,
      })
      done()
    })
  }
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const { message, data } = describeError(transportError(error), { requestId: request.id, path: undefined })
    if (data.httpStatus >= 500) logger.error({ requestId: request.id, route: request.routeOptions.url, error })
    return reply.status(data.httpStatus).send({ error: { message, ...data } })
  })

  const onError = (error: TRPCError, path: string, requestId: string) => {
    const { data } = describeError(error, { requestId, path })
    // Names that are no procedure's would let a stranger fill the metrics.
    metrics.failures.inc({ procedure: path in appRouter._def.procedures ? path : 'unknown', code: data.code })
    if (data.code === 'internal') logger.error({ requestId, procedure: path, error: error.cause ?? error })
  }
  const onRequestError = (error: TRPCError, path: string, request: FastifyRequest) => onError(error, path, request.id)
  const context = httpContext.bind(undefined, { db, isSecure })

  await registerSecurity(app, { origins, isSecure, rateLimit: settings.CHARTWIRE_RATE_LIMIT })
  metrics.observe(app)
  registerHealth(app, db, { isAccepting }, version)
  await registerWebSocket(app, { db, onError, onOpen: (delta) => metrics.sockets.inc(delta) })
  registerTrpcRoute(app, { context, onError: onRequestError, maxBatch: 50 })
  registerRestRoutes(app, { context, onError: onRequestError })
  await registerDocs(app, { version, url })
  await registerConsole(app)
  return app
}

/** What Fastify refuses before a procedure is reached, in the same terms as everything else. */
function transportError(error: FastifyError): TRPCError {
  switch (error.statusCode) {
    case 413:
      return new TRPCError({ code: 'PAYLOAD_TOO_LARGE' })
    case 415:
      return new TRPCError({ code: 'UNSUPPORTED_MEDIA_TYPE' })
    case 429: {
      const cause = new DomainError('too_many', 'Too many requests; slow down.', { retryAfter: 60 })
      return new TRPCError({ code: 'TOO_MANY_REQUESTS', cause })
    }
    // A path that leads out of the folder of what is served.
    case 403:
    case 404:
      return new TRPCError({ code: 'NOT_FOUND', cause: new DomainError('not_found', 'There is nothing here.') })
    case 400:
      return new TRPCError({ code: 'BAD_REQUEST' })
    default:
      return new TRPCError({ code: 'INTERNAL_SERVER_ERROR', cause: error })
  }
}
