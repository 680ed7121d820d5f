import { createHash } from 'node:crypto'
import type { Adapter, DatabaseSession, DatabaseUser, Lucia } from 'lucia'
import type { Query } from '../database/sql.ts'
import { capacitiesOf, type StoredCapacity } from './capacities.ts'

export interface UserFacts {
  name: string
  capacities: StoredCapacity[]
}

export interface SessionFacts {
  handle: string
  userAgent: string | null
  steppedUpAt: Date
  endsAt: Date
  lastUsedAt: Date
}

declare module 'lucia' {
  interface Register {
    Lucia: Lucia<SessionFacts, UserFacts>
    DatabaseUserAttributes: UserFacts
    DatabaseSessionAttributes: SessionFacts
  }
}

/** What the database knows of a session: never the token itself. */
export function sessionIdOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}

interface SessionRow {
  handle: string
  userId: string
  expiresAt: string
  endsAt: string
  lastUsedAt: string
  steppedUpAt: string
  userAgent: string | null
  name: string
  capacities: StoredCapacity[]
}

/**
 * Lucia's storage. It speaks in tokens; every method hashes before it touches the database and hands back the token it
 * was given, so that a copy of the database opens no session.
 */
export class SessionAdapter implements Adapter {
  readonly #sql: Query

  constructor(sql: Query) {
    this.#sql = sql
  }

  async getSessionAndUser(token: string): Promise<[DatabaseSession | null, DatabaseUser | null]> {
    const [row] = await this.#sql<SessionRow>({
      name: 'session_find',
      text: `select s.handle, s.user_id "userId", s.expires_at "expiresAt", s.ends_at "endsAt",
                    s.last_used_at "lastUsedAt", s.stepped_up_at "steppedUpAt", s.user_agent "userAgent",
                    u.name, ${capacitiesOf} capacities
               from session s join app_user u on u.id = s.user_id
              where s.id = $1 and s.ends_at > now() and u.disabled_at is null`,
      values: [sessionIdOf(token)],
    })
    if (!row) return [null, null]
    const { handle, userId, expiresAt, endsAt, lastUsedAt, steppedUpAt, userAgent, name, capacities } = row
    const attributes = {
      handle,
      userAgent,
      endsAt: new Date(endsAt),
      lastUsedAt: new Date(lastUsedAt),
      steppedUpAt: new Date(steppedUpAt),
    }
    return [
      { id: token, userId, expiresAt: new Date(expiresAt), attributes },
      { id: userId, attributes: { name, capacities } },
    ]
  }

  async setSession({ id, userId, expiresAt, attributes }: DatabaseSession): Promise<void> {
    const { handle, endsAt, lastUsedAt, steppedUpAt, userAgent } = attributes
    await this.#sql({
      text: `insert into session (id, handle, user_id, expires_at, ends_at, created_at, last_used_at, stepped_up_at, user_agent)
             values ($1, $2, $3, $4, $5, $6, $6, $7, $8)`,
      values: [sessionIdOf(id), handle, userId, expiresAt, endsAt, lastUsedAt, steppedUpAt, userAgent],
    })
  }

  /** A session that is used lives on, though not beyond its end. A gateway's does not move at all: it ends as it was said to. */
  async updateSessionExpiration(token: string, expiresAt: Date): Promise<void> {
    await this.#sql({
      text: `update session s set expires_at = least($2::timestamptz, s.ends_at)
               from app_user u where s.id = $1 and u.id = s.user_id and u.kind = 'person'`,
      values: [sessionIdOf(token), expiresAt],
    })
  }

  /** Notes the use, for its owner's list of devices. */
  async touch(token: string): Promise<void> {
    await this.#sql({ text: 'update session set last_used_at = now() where id = $1', values: [sessionIdOf(token)] })
  }

  async deleteSession(token: string): Promise<void> {
    await this.#sql({ text: 'delete from session where id = $1', values: [sessionIdOf(token)] })
  }

  async deleteUserSessions(userId: string): Promise<void> {
    await this.#sql({ text: 'delete from session where user_id = $1', values: [userId] })
  }

  async deleteExpiredSessions(): Promise<void> {
    await this.#sql({ text: 'delete from session where expires_at <= now() or ends_at <= now()' })
  }

  /** Lucia lists by token, which nobody has: see `list-sessions.ts`. */
  getUserSessions(): Promise<DatabaseSession[]> {
    return Promise.reject(new Error('Sessions are listed by their handles.'))
  }
}
