import { Lucia, TimeSpan } from 'lucia'
import type { Bus } from '../events/bus.ts'
import type { Query } from '../database/sql.ts'
import type { Capacity } from '../policy/actor.ts'
import { SessionAdapter, sessionIdOf } from './session-adapter.ts'

/** A signed-in login, as the next requests see it. */
export interface OpenSession {
  sessionId: string
  userId: string
  name: string
  kind: 'person' | 'service'
  capacities: readonly Capacity[]
  expiresAt: string
}

/** How long an answer about a session may be reused; revocation reaches further processes sooner, by the bus. */
const cacheMs = 1_500
const cacheEntries = 20_000

const personLife = new TimeSpan(12, 'h')
const serviceLife = new TimeSpan(365, 'd')

interface Cached {
  session: Promise<OpenSession | null>
  until: number
}

/**
 * The only place that knows lucia (its third version is no longer developed upstream; what is behind this class can be
 * replaced without anyone noticing). Tokens are opaque; validity is asked of the database at most once in `cacheMs`.
 */
export class Sessions {
  readonly #people: Lucia<object, { name: string; kind: 'person' | 'service'; capacities: Capacity[] }>
  readonly #services: Lucia
  readonly #cache = new Map<string, Cached>()
  readonly #unsubscribe: () => void

  constructor(sql: Query, bus: Bus) {
    const adapter = new SessionAdapter(sql)
    this.#people = new Lucia(adapter, {
      sessionExpiresIn: personLife,
      getUserAttributes: ({ name, kind, capacities }) => ({ name, kind, capacities }),
    })
    this.#services = new Lucia(adapter, { sessionExpiresIn: serviceLife })
    this.#unsubscribe = bus.subscribe((message) => {
      if (message.type === 'session-ended' || message.type === 'access') this.#cache.clear()
    })
  }

  /** Makes a token for the login. The token is shown once and stored only as a hash. */
  async open({ userId, kind, userAgent }: { userId: string; kind: 'person' | 'service'; userAgent: string | null }) {
    const session = await (kind === 'person' ? this.#people : this.#services).createSession(userId, { userAgent })
    return { token: session.id, expiresAt: session.expiresAt.toISOString() }
  }

  /** Who is behind a token, or null. Costs no round trip when asked within the cache's time. */
  async find(token: string): Promise<OpenSession | null> {
    const sessionId = sessionIdOf(token)
    const now = Date.now()
    const cached = this.#cache.get(sessionId)
    if (cached && cached.until > now) return cached.session
    if (this.#cache.size >= cacheEntries) this.#cache.clear()
    const session = this.#validate(token, sessionId)
    this.#cache.set(sessionId, { session, until: now + cacheMs })
    // A failed look-up is not an answer about the session: the next request asks again.
    session.catch(() => this.#cache.delete(sessionId))
    return session
  }

  /** Asks the database, whatever the cache holds. */
  async findFresh(token: string): Promise<OpenSession | null> {
    this.#cache.delete(sessionIdOf(token))
    return this.find(token)
  }

  async deleteExpired(): Promise<void> {
    await this.#people.deleteExpiredSessions()
  }

  close(): void {
    this.#unsubscribe()
  }

  async #validate(token: string, sessionId: string): Promise<OpenSession | null> {
    const { session, user } = await this.#people.validateSession(token)
    if (!session) return null
    return {
      sessionId,
      userId: user.id,
      name: user.name,
      kind: user.kind,
      capacities: user.capacities,
      expiresAt: session.expiresAt.toISOString(),
    }
  }
}
