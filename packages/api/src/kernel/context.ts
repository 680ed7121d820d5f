import {
  type Actor,
  actorOf,
  anonymous,
  contextOf,
  type Ctx,
  type Database,
  DomainError,
  isPurpose,
  type Purpose,
  purposes,
  type RelyingParty,
} from '@chartwire/db'
import type { ProcedureMeta } from './trpc.ts'

/** A call as limits see it. */
export interface AdmittedCall {
  actor: Actor
  type: 'query' | 'mutation' | 'subscription'
  load: ProcedureMeta['load']
}

export type Release = () => void

/** What a transport knows of a request; the same for HTTP, SSE and WebSocket. */
export interface RequestFacts {
  db: Database
  requestId: string
  /** The session's bearer token, from the header, the cookie or the connection's parameters; never from a URL. */
  token: string | null
  /** The membership or patient the caller acts as. */
  actingAs: string | null
  /** What the request says it is for; see `purposes`. */
  purpose?: string | null | undefined
  idempotencyKey: string | null
  userAgent: string | null
  /** The network address, as far as proxies are trusted; an IPv6 network of 64 bits counts as one. */
  address?: string | undefined
  /** Refuses a call that is too many; what it gives back ends a stream's place. */
  admit?: ((call: AdmittedCall) => Release | undefined) | undefined
  now?: (() => Date) | undefined
  /** Sets or clears (null) the browser's session cookie; absent where the transport has none. */
  setSessionCookie?: ((token: string | null) => void) | undefined
  /** Whether the token came as the browser's cookie. */
  isCookieSession?: boolean
  /** Who asks browsers for passkeys; as on one's own machine when not given. */
  relyingParty?: () => RelyingParty
  /** Makes a PDF of a whole HTML document; absent where nothing prints. */
  print?: ((html: string) => Promise<Uint8Array>) | undefined
  /** Whether so much waits on the connection that streams should pause. */
  isCongested?: (() => boolean) | undefined
}

/**
 * The context of a procedure. One key on purpose: tRPC copies the context key by key for every middleware, which at a
 * dozen keys cost more than the procedure.
 */
export interface ApiContext {
  request: RequestFacts
}

export function createApiContext(facts: RequestFacts): ApiContext {
  return { request: facts }
}

/** From the session cache: costs no round trip for a session asked for lately. */
async function actorOfRequest({ db, token, actingAs }: RequestFacts): Promise<Actor> {
  if (token === null) return anonymous
  const session = await db.sessions.find(token)
  return session ? actorOf(session, actingAs) : anonymous
}

function statedPurpose(purpose: string | null): Purpose | undefined {
  if (purpose === null) return undefined
  if (isPurpose(purpose)) return purpose
  const expected = `one of ${purposes.join(', ')}`
  throw new DomainError('invalid', `purpose: ${expected}.`, { field: 'purpose', expected })
}

/** What an idempotency key looks like. */
export const idempotencyKeyForm = /^[\w.:-]{8,128}$/

/** The verbs' context for one call. */
export async function verbContext(
  request: RequestFacts,
  call: { path: string; input: unknown; isIdempotent: boolean },
): Promise<Ctx> {
  const { db, requestId, address, now } = request
  const ctx = contextOf({
    actor: await actorOfRequest(request),
    db,
    requestId,
    purpose: statedPurpose(request.purpose ?? null),
    ...(address === undefined ? {} : { address }),
    ...(now ? { now } : {}),
  })
  if (call.isIdempotent && request.idempotencyKey !== null) {
    // Ignoring it would do twice what the caller takes care to do once.
    if (!idempotencyKeyForm.test(request.idempotencyKey)) {
      const expected = '8 to 128 letters, digits, or any of _ . : -'
      throw new DomainError('invalid', `idempotencyKey: ${expected}.`, { field: 'idempotencyKey', expected })
    }
    ctx.idempotency = { key: request.idempotencyKey, procedure: call.path, inputHash: hashInput(db, call.input) }
  }
  return ctx
}

/**
 * HMAC of the input with its keys in order, so that the same request in another spelling is the same request. Not a bare
 * hash: an input may hold a password, which whoever has a dump could guess at full speed.
 */
function hashInput({ keys }: Database, input: unknown): Buffer {
  const canonical = JSON.stringify(input, (_, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )
  return keys.blindIndex('idempotent-input', canonical ?? '')
}
