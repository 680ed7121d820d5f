import { IncomingMessage, type ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import cors from '@fastify/cors'
import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import helmet from 'helmet'
import { cookieToken } from './request-facts.ts'

export interface SecurityOptions {
  /** Origins whose pages may use the API with the visitor's cookie. */
  origins: readonly string[]
  isSecure: boolean
  /** Requests a minute and address. */
  rateLimit: number
}

/** Headers of pages. Computed once: helmet works them out anew for every answer, which cost as much as a small query. */
function pageHeaders(isSecure: boolean): Record<string, string> {
  const headers: Record<string, string> = {}
  const collect = { setHeader: (name: string, value: string) => (headers[name] = value), removeHeader: () => {} }
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        connectSrc: ["'self'", 'ws:', 'wss:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: isSecure,
    referrerPolicy: { policy: 'no-referrer' },
  })(new IncomingMessage(new Socket()), collect as unknown as ServerResponse, () => {})
  return headers
}

/** Headers of answers that are data: kept by nobody, shown by nothing. */
function dataHeaders(isSecure: boolean): Record<string, string> {
  return {
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    ...(isSecure ? { 'strict-transport-security': 'max-age=31536000; includeSubDomains' } : {}),
  }
}

const isData = (url: string) => url.startsWith('/trpc/') || url.startsWith('/api/')

export async function registerSecurity(app: FastifyInstance, options: SecurityOptions): Promise<void> {
  const { origins, isSecure } = options
  const page = pageHeaders(isSecure)
  const data = dataHeaders(isSecure)
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(isData(request.url) ? data : page)
    reply.header('x-request-id', request.id)
    if (!isForgeable(request, origins)) return done()
    void reply.status(403).send({
      error: {
        code: 'forbidden',
        message: 'This origin may not act for a signed-in visitor.',
        requestId: request.id,
      },
    })
  })
  if (origins.length > 0) {
    await app.register(cors, {
      origin: [...origins],
      credentials: true,
      methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
      allowedHeaders: [
        'authorization',
        'content-type',
        'idempotency-key',
        'x-acting-as',
        'x-chartwire-client',
        'x-purpose',
        'x-request-id',
        'trpc-accept',
      ],
      exposedHeaders: ['x-request-id', 'retry-after'],
      maxAge: 600,
    })
  }
  await app.register(rateLimit, {
    max: options.rateLimit,
    timeWindow: 60_000,
    keyGenerator: (request) => request.ip,
    // Attempts at passwords are counted per account in the database besides; this is per address.
    hook: 'onRequest',
    addHeaders: { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false },
    addHeadersOnExceeding: { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false },
  })
}

const readingMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Whether a request rides on a browser's cookie without proof that a page of ours sent it. With a cookie, what changes
 * anything, and every WebSocket, needs an Origin that is ours; a bearer token is its own proof.
 */
export function isForgeable(request: FastifyRequest, origins: readonly string[]): boolean {
  const { headers } = request
  if (headers.authorization !== undefined || cookieToken(headers.cookie ?? null) === null) return false
  const isUpgrade = headers.upgrade !== undefined
  if (readingMethods.has(request.method) && !isUpgrade) return false
  const origin = headers.origin ?? ''
  if (!origins.includes(origin) && !isSameHost(origin, headers.host)) return true
  return !isUpgrade && headers['x-chartwire-client'] === undefined
}

function isSameHost(origin: string, host: string | undefined): boolean {
  try {
    return host !== undefined && new URL(origin).host === host
  } catch {
    return false
  }
}
