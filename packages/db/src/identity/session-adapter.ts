import { createHash } from 'node:crypto'
import type { Adapter, DatabaseSession, DatabaseUser, Lucia } from 'lucia'
import type { Query } from '../database/sql.ts'
import type { Capacity } from '../policy/actor.ts'
import { capacitiesOf } from './capacities.ts'

interface UserFacts {
  name: string
  kind: 'person' | 'service'
  capacities: Capacity[]
}

declare module 'lucia' {
  interface Register {
    Lucia: Lucia<object, UserFacts>
    DatabaseUserAttributes: UserFacts
    DatabaseSessionAttributes: { userAgent: string | null }
  }
}

/** What the database knows of a session: never the token itself. */
export function sessionIdOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}

interface SessionRow {
  userId: string
  expiresAt: string
  userAgent: string | null
  name: string
  kind: 'person' | 'service'
  capacities: Capacity[]
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
      text: `select s.user_id "userId", s.expires_at "expiresAt", s.user_agent "userAgent", u.name, u.kind,
               ${capacitiesOf} capacities
               from session s join app_user u on u.id = s.user_id
              where s.id = $1 and u.disabled_at is null`,
      values: [sessionIdOf(token)],
    })
    if (!row) return [null, null]
    const { userId, expiresAt, userAgent, name, kind, capacities } = row
    return [
      { id: token, userId, expiresAt: new Date(expiresAt), attributes: { userAgent } },
      { id: userId, attributes: { name, kind, capacities } },
    ]
  }

  async setSession({ id, userId, expiresAt, attributes }: DatabaseSession): Promise<void> {
    await this.#sql({
      text: `insert into session (id, user_id, expires_at, created_at, user_agent) values ($1, $2, $3, now(), $4)`,
      values: [sessionIdOf(id), userId, expiresAt, attributes.userAgent],
    })
  }

  async updateSessionExpiration(token: string, expiresAt: Date): Promise<void> {
    // A gateway's credential ends when it was said to end, however often it is used.
    await this.#sql({
      text: `update session s set expires_at = $2 from app_user u where s.id = $1 and u.id = s.user_id and u.kind = 'person'`,
      values: [sessionIdOf(token), expiresAt],
    })
  }

  async deleteSession(token: string): Promise<void> {
    await this.#sql({ text: 'delete from session where id = $1', values: [sessionIdOf(token)] })
  }

  async deleteUserSessions(userId: string): Promise<void> {
    await this.#sql({ text: 'delete from session where user_id = $1', values: [userId] })
  }

  async deleteExpiredSessions(): Promise<void> {
    await this.#sql({ text: 'delete from session where expires_at <= now()' })
  }

  /** The ids it returns are hashes: good for listing, useless for opening. */
  async getUserSessions(userId: string): Promise<DatabaseSession[]> {
    const rows = await this.#sql<{ id: string; userId: string; expiresAt: string; userAgent: string | null }>({
      text: `select id, user_id "userId", expires_at "expiresAt", user_agent "userAgent" from session where user_id = $1`,
      values: [userId],
    })
    return rows.map(({ id, expiresAt, userAgent }) => ({
      id,
      userId,
      expiresAt: new Date(expiresAt),
      attributes: { userAgent },
    }))
  }
}
