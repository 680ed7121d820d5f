import { randomBytes } from 'node:crypto'
import type { Database, RelyingParty } from '@chartwire/db'
import { type ApiContext, createApiContext } from '@chartwire/api'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { CallLimits } from './limits/call-limits.ts'
import type { Print } from '../printing.ts'
import type { SessionCookie } from './session-cookie.ts'
import { clientAddress } from './limits/client-address.ts'

/** One header as text; the first of several. */
function header(headers: Record<string, string | string[] | undefined>, name: string): string | null {
  const value = headers[name]
  return (Array.isArray(value) ? value[0] : value) ?? null
}

export function bearerToken(authorization: string | null): string | null {
  return authorization !== null && /^bearer /i.test(authorization) ? authorization.slice(7).trim() : null
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
  cookies: SessionCookie
  relyingParty: () => RelyingParty
  print: Print
}

/** The context of an HTTP request. A cookie counts only where the server's hook has found the origin to be one of ours. */
export function httpContext(
  { db, limits, cookies, relyingParty, print }: ContextOptions,
  request: FastifyRequest,
  reply: FastifyReply,
): ApiContext {
  const { headers } = request
  const authorization = header(headers, 'authorization')
  const cookie = authorization === null ? cookies.read(header(headers, 'cookie')) : null
  const address = clientAddress(request.ip)
  return createApiContext({
    db,
    requestId: request.id,
    // Never both: whoever sends the header has not been asked for an origin.
    token: cookie ?? bearerToken(authorization),
    isCookieSession: cookie !== null,
    relyingParty,
    print,
    actingAs: header(headers, 'x-acting-as'),
    purpose: header(headers, 'x-purpose'),
    idempotencyKey: header(headers, 'idempotency-key'),
    userAgent: header(headers, 'user-agent')?.slice(0, 300) ?? null,
    address,
    admit: (call) => limits.admit(call, address),
    setSessionCookie: (token) => void reply.header('set-cookie', cookies.write(token)),
    isCongested: () => reply.raw.writableLength > congestionBytes,
  })
}

/**
 * Who asks for passkeys: the address browsers reach the server at. Browsers give none to a bare IP address, so that on
 * one's own machine it is `localhost`, whatever the server listens on.
 */
export function relyingPartyAt(url: string, origins: readonly string[]): RelyingParty {
  const { protocol, hostname, port } = new URL(url)
  if (!/^[\d.]+$|^\[/.test(hostname)) return { id: hostname, origins: [new URL(url).origin, ...origins] }
  return { id: 'localhost', origins: [`${protocol}//localhost${port === '' ? '' : `:${port}`}`, ...origins] }
}

/** What may wait on a connection before streams pause. */
export const congestionBytes = 1_000_000
