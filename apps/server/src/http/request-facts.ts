import { randomBytes } from 'node:crypto'
import type { Database } from '@chartwire/db'
import { type ApiContext, createApiContext } from '@chartwire/api'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { CallLimits } from './limits/call-limits.ts'
import { clientAddress } from './limits/client-address.ts'

export const sessionCookie = 'chartwire_session'

/** One header as text; the first of several. */
function header(headers: Record<string, string | string[] | undefined>, name: string): string | null {
  const value = headers[name]
  return (Array.isArray(value) ? value[0] : value) ?? null
}

export function bearerToken(authorization: string | null): string | null {
  return authorization !== null && /^bearer /i.test(authorization) ? authorization.slice(7).trim() : null
}

export function cookieToken(cookies: string | null): string | null {
  return cookies?.match(new RegExp(`(?:^|;\\s*)${sessionCookie}=([^;]+)`))?.[1] ?? null
}

const requestIdForm = /^[\w.-]{8,64}$/

const processPart = randomBytes(9).toString('base64url')
let requests = 0

/** The caller's request id if it has a harmless form, else a new one: this process's own part and a running number. */
export function requestIdOf(headers: Record<string, string | string[] | undefined>): string {
  const given = header(headers, 'x-request-id')
  return given !== null && requestIdForm.test(given) ? given : `${processPart}-${(requests += 1)}`
}

interface ContextOptions {
  db: Database
  limits: CallLimits
  isSecure: boolean
}

/** The context of an HTTP request. A cookie counts only where the server's hook has found the origin to be one of ours. */
export function httpContext(
  { db, limits, isSecure }: ContextOptions,
  request: FastifyRequest,
  reply: FastifyReply,
): ApiContext {
  const { headers } = request
  const authorization = header(headers, 'authorization')
  const address = clientAddress(request.ip)
  return createApiContext({
    db,
    requestId: request.id,
    // Never both: whoever sends the header has not been asked for an origin.
    token: authorization === null ? cookieToken(header(headers, 'cookie')) : bearerToken(authorization),
    actingAs: header(headers, 'x-acting-as'),
    idempotencyKey: header(headers, 'idempotency-key'),
    userAgent: header(headers, 'user-agent')?.slice(0, 300) ?? null,
    address,
    admit: (call) => limits.admit(call, address),
    setSessionCookie: (session) => void reply.header('set-cookie', serialiseCookie(session, isSecure)),
    isCongested: () => reply.raw.writableLength > congestionBytes,
  })
}

/** What may wait on a connection before streams pause. */
export const congestionBytes = 1_000_000

function serialiseCookie(session: { token: string; expiresAt: string } | null, isSecure: boolean): string {
  const attributes = `Path=/; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`
  return session === null
    ? `${sessionCookie}=; Max-Age=0; ${attributes}`
    : `${sessionCookie}=${session.token}; Expires=${new Date(session.expiresAt).toUTCString()}; ${attributes}`
}
