import helmet from '@fastify/helmet'
import cors from '@fastify/cors'
import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { cookieToken } from './request-facts.ts'

export interface SecurityOptions {
  /** Origins whose pages may use the API with the visitor's cookie. */
  origins: readonly string[]
  isSecure: boolean
  /** Requests a minute and address. */
  rateLimit: number
}

export async function registerSecurity(app: FastifyInstance, options: SecurityOptions): Promise<void> {
  await app.register(helmet, {
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
    strictTransportSecurity: options.isSecure,
    referrerPolicy: { policy: 'no-referrer' },
  })
  await app.register(cors, {
    origin: [...options.origins],
    credentials: true,
    allowedHeaders: [
      'authorization',
      'content-type',
      'idempotency-key',
      'x-acting-as',
      'x-chartwire-client',
      'x-request-id',
      'trpc-accept',
    ],
    exposedHeaders: ['x-request-id', 'retry-after'],
    maxAge: 600,
  })
  await app.register(rateLimit, {
    max: options.rateLimit,
    timeWindow: 60_000,
    // Attempts at passwords are counted per account in the database besides; this is per address.
    hook: 'onRequest',
  })
  app.addHook('onRequest', async (request, reply) => {
    if (isForgeable(request, options.origins)) {
      return reply.status(403).send({
        error: {
          code: 'forbidden',
          message: 'This origin may not act for a signed-in visitor.',
          requestId: request.id,
        },
      })
    }
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
