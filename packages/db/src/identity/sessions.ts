import { generateIdFromEntropySize, Lucia, TimeSpan } from 'lucia'
import type { Bus } from '../events/bus.ts'
import type { Query } from '../database/sql.ts'
import { uuidv7 } from '../kernel/ids.ts'
import type { Capacity } from '../policy/actor.ts'
import { sortCapacities } from './capacities.ts'
import { SessionAdapter, type SessionFacts, sessionIdOf, type UserFacts } from './session-adapter.ts'

/** A signed-in login, as the next requests see it. */
export interface OpenSession {
  /** The session's handle: the same after a renewal, and no way in. */
  sessionId: string
  /** Of the token that opened it. */
  tokenHash: string
  userId: string
  name: string
  capacities: readonly Capacity[]
  /** What the login may not act as until it has a second factor. */
  withheld: readonly Capacity[]
}

/** What whoever signed in, or renewed their session, gets. The token is shown once and stored only as a hash. */
export interface IssuedSession {
  token: string
  expiresAt: string
}

/** How long an answer about a session may be reused; revocation reaches further processes sooner, by the bus. */
const cacheMs = 1_500
const cacheEntries = 20_000
const touchEveryMs = 300_000

/** Unused so long, a session ends; used or not, it ends after `wholeLife`. */
const personLife = new TimeSpan(12, 'h')
const serviceLife = new TimeSpan(365, 'd')
const wholeLife = { person: new TimeSpan(7, 'd'), service: serviceLife }
/** Of a person's session, however much it is used. */
export const longestSessionSeconds = wholeLife.person.seconds()

interface Cached {
  session: Promise<OpenSession | null>
  until: number
}

/** 200 bits, the form that lucia gives its own. */
export const newToken = (): string => generateIdFromEntropySize(25)

/**
 * The only place that knows lucia (its third version is no longer developed upstream; what is behind this class can be
 * replaced without anyone noticing). Tokens are opaque; validity is asked of the database at most once in `cacheMs`.
 */
export class Sessions {
  readonly #adapter: SessionAdapter
  readonly #people: Lucia
  readonly #services: Lucia
  readonly #cache = new Map<string, Cached>()
  readonly #unsubscribe: () => void

  constructor(sql: Query, bus: Bus) {
    this.#adapter = new SessionAdapter(sql)
    const attributes = {
      getSessionAttributes: (facts: SessionFacts) => facts,
      getUserAttributes: (facts: UserFacts) => facts,
    }
    this.#people = new Lucia(this.#adapter, { ...attributes, sessionExpiresIn: personLife })
    this.#services = new Lucia(this.#adapter, { ...attributes, sessionExpiresIn: serviceLife })
    this.#unsubscribe = bus.subscribe((message) => {
      if (message.type === 'session-ended' || message.type === 'access') this.#cache.clear()
    })
  }

  /** Makes a token for the login, which has just proved to be who it is. */
  async open({ userId, kind, userAgent, now = new Date() }: NewSession): Promise<IssuedSession> {
    const session = await (kind === 'person' ? this.#people : this.#services).createSession(userId, {
      handle: uuidv7(),
      userAgent,
      steppedUpAt: now,
      lastUsedAt: new Date(),
      endsAt: new Date(Date.now() + wholeLife[kind].milliseconds()),
    })
    return { token: session.id, expiresAt: session.expiresAt.toISOString() }
  }

  /** Who is behind a token, or null. Costs no round trip when asked within the cache's time. */
  async find(token: string): Promise<OpenSession | null> {
    const sessionId = sessionIdOf(token)
    const now = Date.now()
    const cached = this.#cache.get(sessionId)
    if (cached && cached.until > now) return cached.session
    if (this.#cache.size >= cacheEntries) this.#cache.clear()
    const session = this.#validate(token)
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

  async #validate(token: string): Promise<OpenSession | null> {
    const { session, user } = await this.#people.validateSession(token)
    if (!session) return null
    if (Date.now() - session.lastUsedAt.getTime() > touchEveryMs) await this.#adapter.touch(token)
    return {
      sessionId: session.handle,
      tokenHash: sessionIdOf(token),
      userId: user.id,
      name: user.name,
      ...sortCapacities(user.capacities),
    }
  }
}

interface NewSession {
  userId: string
  kind: 'person' | 'service'
  userAgent: string | null
  /** The clock that its step-up is counted by. */
  now?: Date
}
