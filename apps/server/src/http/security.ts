import cors from '@fastify/cors'
import { DomainError } from '@chartwire/db'
import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { clientAddress } from './limits/client-address.ts'
import type { SessionCookie } from './session-cookie.ts'
import { dataHeaders, pageHeaders } from './security-headers.ts'

export interface SecurityOptions {
  /** Origins whose pages may use the API with the visitor's cookie. */
  origins: readonly string[]
  isSecure: boolean
  cookies: SessionCookie
  /** Requests a minute and address. */
  rateLimit: number
}

const isData = (url: string) => url.startsWith('/trpc/') || url.startsWith('/api/')

export async function registerSecurity(app: FastifyInstance, options: SecurityOptions): Promise<void> {
  const { origins } = options
  const page = pageHeaders(options)
  const data = dataHeaders(options)
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(isData(request.url) ? data : page)
    reply.header('x-request-id', request.id)
    done(
      isForgeable(request, options)
        ? new DomainError('forbidden', 'This origin may not act for a signed-in visitor.')
        : undefined,
    )
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
    // Attempts at passwords are counted per account in the database besides; this is per address.
    hook: 'onRequest',
    keyGenerator: ({ ip }) => clientAddress(ip),
    errorResponseBuilder: (_, { ttl }) =>
      new DomainError('too_many', 'Too many requests; slow down.', { retryAfter: Math.max(1, Math.ceil(ttl / 1000)) }),
    addHeaders: { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false },
    addHeadersOnExceeding: { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false },
  })
}

const readingMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Whether a request rides on a browser's cookie without proof that a page of ours sent it. With a cookie, what changes
 * anything, and every WebSocket, needs an Origin that is ours; a bearer token is its own proof.
 */
function isForgeable(request: FastifyRequest, { origins, isSecure, cookies }: SecurityOptions): boolean {
  const { headers } = request
  if (headers.authorization !== undefined || cookies.read(headers.cookie ?? null) === null) return false
  const isUpgrade = headers.upgrade !== undefined
  if (readingMethods.has(request.method) && !isUpgrade) return false
  const origin = headers.origin ?? ''
  const scheme = isSecure ? 'https' : request.protocol
  if (!origins.includes(origin) && !isSameOrigin(origin, `${scheme}://${headers.host}`)) return true
  return !isUpgrade && headers['x-chartwire-client'] === undefined
}

/** Scheme, host and port: another port or scheme of this host is another party. */
function isSameOrigin(origin: string, address: string): boolean {
  return origin.startsWith('http') && URL.canParse(address) && new URL(address).origin === origin
}
