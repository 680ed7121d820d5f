import { DomainError, type IssuedSession, type RelyingParty } from '@chartwire/db'
import type { RequestFacts } from './context.ts'

/** A session as an answer has it. */
interface CarriedSession {
  token: string | null
  expiresAt: string
}

/** Hands out a new session: as a cookie where one was asked for and the transport has them, else as a token. */
export function issueSession(
  { setSessionCookie }: RequestFacts,
  { token, expiresAt }: IssuedSession,
  { asCookie }: { asCookie: boolean },
): CarriedSession {
  if (!asCookie || setSessionCookie === undefined) return { token, expiresAt }
  setSessionCookie(token)
  return { token: null, expiresAt }
}

/**
 * How a renewed session goes back: the way it came. Asked before the renewal, which ends the token of before.
 *
 * @throws DomainError `invalid` where a cookie came and none can be set: its token must not become readable
 */
export function carrierOf(request: RequestFacts): (session: IssuedSession) => CarriedSession {
  const asCookie = request.isCookieSession === true
  if (asCookie && request.setSessionCookie === undefined) {
    throw new DomainError('invalid', 'With a cookie this works over HTTP alone.', { expected: 'HTTP' })
  }
  return (session) => issueSession(request, session, { asCookie })
}

const ownMachine: RelyingParty = { id: 'localhost', origins: ['http://localhost:4000'] }

export const relyingPartyOf = ({ relyingParty }: RequestFacts): RelyingParty => relyingParty?.() ?? ownMachine
