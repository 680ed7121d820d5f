import { createHash } from 'node:crypto'
import { type Actor, actorOf, anonymous, type Ctx, type Database, uuidv7 } from '@chartwire/db'

/** What a transport knows of a request; the same for HTTP, SSE and WebSocket. */
export interface RequestFacts {
  db: Database
  requestId: string
  /** The session's bearer token, from the header, the cookie or the connection's parameters; never from a URL. */
  token: string | null
  /** The membership or patient the caller acts as. */
  actingAs: string | null
  idempotencyKey: string | null
  userAgent: string | null
  now?: (() => Date) | undefined
  /** Sets or clears (null) the browser's session cookie; absent where the transport has none. */
  setSessionCookie?: ((session: { token: string; expiresAt: string } | null) => void) | undefined
  /** Whether so much waits on the connection that streams should pause. */
  isCongested?: (() => boolean) | undefined
}

/** The context of a procedure. The actor is found at most once a call, from the session cache. */
export interface ApiContext extends RequestFacts {
  actor: () => Promise<Actor>
}

export function createApiContext(facts: RequestFacts): ApiContext {
  return {
    ...facts,
    actor: async () => {
      if (facts.token === null) return anonymous
      const session = await facts.db.sessions.find(facts.token)
      return session ? actorOf(session, facts.actingAs) : anonymous
    },
  }
}

/** The verbs' context for one call. */
export async function verbContext(
  api: ApiContext,
  call: { path: string; input: unknown; isIdempotent: boolean },
): Promise<Ctx> {
  const ctx: Ctx = {
    actor: await api.actor(),
    db: api.db,
    requestId: api.requestId,
    now: api.now ?? (() => new Date()),
    newId: () => uuidv7(),
  }
  if (call.isIdempotent && api.idempotencyKey !== null) {
    ctx.idempotency = { key: api.idempotencyKey, procedure: call.path, inputHash: hashInput(call.input) }
  }
  return ctx
}

/** SHA-256 of the input with its keys in order, so that the same request in another spelling is the same request. */
function hashInput(input: unknown): Buffer {
  const canonical = JSON.stringify(input, (_, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )
  return createHash('sha256')
    .update(canonical ?? '')
    .digest()
}
