import { appRouter, describeError } from '@chartwire/api'
import type { Database } from '@chartwire/db'
import type { TRPCError } from '@trpc/server'
import Fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify'
import type { Logger } from 'pino'
import type { Settings } from '../configuration/settings.ts'
import type { Print } from '../printing.ts'
import { registerConsole } from './console.ts'
import { registerDocs } from './docs.ts'
import { registerHealth } from './health.ts'
import { registerJsonBody } from './json-body.ts'
import { largestBody } from './limits/body-limits.ts'
import { CallLimits } from './limits/call-limits.ts'
import type { Metrics } from './metrics.ts'
import { httpContext, relyingPartyAt, requestIdOf } from './request-facts.ts'
import { registerRestRoutes } from './rest-routes.ts'
import { registerSecurity } from './security.ts'
import { dataHeaders } from './security-headers.ts'
import { sessionCookie } from './session-cookie.ts'
import { answerError, refuseUnreadable } from './transport-errors.ts'
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
  print: Print
  patience?: Patience
}

/** How long clients may take, in milliseconds. */
export interface Patience {
  /** For the headers of a request. */
  headersMs: number
  /** For a whole request, and for a WebSocket to say who it is. */
  requestMs: number
  /** Without a byte either way. */
  idleMs: number
  /** How often the above is looked at. */
  checkMs: number
}

const usualPatience: Patience = { headersMs: 10_000, requestMs: 30_000, idleMs: 120_000, checkMs: 2_000 }

/** Everything on the one port. */
export async function buildApp({
  db,
  settings,
  logger,
  metrics,
  version,
  isAccepting,
  url,
  print,
  patience = usualPatience,
}: AppOptions): Promise<FastifyInstance> {
  const loggerInstance: FastifyBaseLogger = logger
  const isSecure = settings.PUBLIC_URL?.startsWith('https:') ?? false
  const cookies = sessionCookie({ isSecure })
  const app = Fastify({
    loggerInstance,
    // What is logged of a request names it itself; a logger for each one cost more than routing it.
    childLoggerFactory: (parent) => parent,
    // Fastify's own request lines hold URLs; ours below hold route patterns.
    logController: new LogController({ disableRequestLogging: true }),
    ...(settings.CHARTWIRE_TRUST_PROXY.length > 0 ? { trustProxy: settings.CHARTWIRE_TRUST_PROXY } : {}),
    genReqId: (request) => requestIdOf(request.headers),
    bodyLimit: largestBody,
    // Whoever sends or reads too slowly holds a place that others need. Streams beat, so that none of them is silent.
    requestTimeout: patience.requestMs,
    connectionTimeout: patience.idleMs,
    http: { connectionsCheckingInterval: patience.checkMs, headersTimeout: patience.headersMs },
    // An address that cannot be read passes no hook.
    frameworkErrors: (error, request, reply: FastifyReply) => {
      reply.headers(dataHeaders({ isSecure }))
      answerError(error, request, reply)
    },
    clientErrorHandler: refuseUnreadable,
    keepAliveTimeout: 72_000,
    routerOptions: { maxParamLength: 5_000 },
    forceCloseConnections: 'idle',
  })
  const origins = [...settings.CHARTWIRE_ORIGINS, ...(settings.PUBLIC_URL ? [new URL(settings.PUBLIC_URL).origin] : [])]

  registerJsonBody(app)
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
    const { httpStatus } = answerError(error, request, reply)
    if (httpStatus >= 500) logger.error({ requestId: request.id, route: request.routeOptions.url, error })
  })

  const limits = new CallLimits({
    perMinute: {
      read: settings.CHARTWIRE_READ_LIMIT,
      write: settings.CHARTWIRE_WRITE_LIMIT,
      ingest: settings.CHARTWIRE_RATE_LIMIT,
      export: settings.CHARTWIRE_EXPORT_LIMIT,
    },
    streams: settings.CHARTWIRE_STREAM_LIMIT,
  })

  const onError = (error: TRPCError, path: string, requestId: string) => {
    const { data } = describeError(error, { requestId, path })
    // Names that are no procedure's would let a stranger fill the metrics.
    metrics.failures.inc({ procedure: path in appRouter._def.procedures ? path : 'unknown', code: data.code })
    if (data.code === 'internal') logger.error({ requestId, procedure: path, error: error.cause ?? error })
  }
  const onRequestError = (error: TRPCError, path: string, request: FastifyRequest) => onError(error, path, request.id)
  const relyingParty = () => relyingPartyAt(url(), settings.CHARTWIRE_ORIGINS)
  const context = httpContext.bind(undefined, { db, limits, cookies, relyingParty, print })

  await registerSecurity(app, { origins, isSecure, cookies, rateLimit: settings.CHARTWIRE_RATE_LIMIT })
  metrics.observe(app, { token: settings.CHARTWIRE_METRICS_TOKEN ?? null })
  registerHealth(app, db, { isAccepting }, version)
  await registerWebSocket(app, {
    db,
    limits,
    relyingParty,
    cookies,
    print,
    patienceMs: patience.requestMs,
    onError,
    onOpen: (delta) => metrics.sockets.inc(delta),
  })
  registerTrpcRoute(app, { context, onError: onRequestError, maxBatch: 50 })
  registerRestRoutes(app, { context, onError: onRequestError })
  await registerDocs(app, { version, url })
  await registerConsole(app)
  return app
}
