/** A signed-in login as the client holds it. */
export interface Session {
  /** Null when the browser holds it as an HttpOnly cookie. */
  token: string | null
  /** Null until the server has said. */
  user: { id: string; name: string } | null
  expiresAt: string | null
  /** The membership or patient the login acts as; null lets the server choose where there is but one. */
  actingAs: string | null
}

/** Tells one sign-in from another; a browser that holds the token itself knows only the person. */
export function personOf(session: Session | null): string | null {
  return session && (session.token ?? session.user?.id ?? '')
}

/** Tells a sign-in in one capacity from every other: what one may see, and do, is another's. */
export function loginOf(session: Session | null): string | null {
  return session && `${personOf(session)} ${session.actingAs ?? ''}`
}

/** Where a session is kept between calls, or between visits. */
export interface SessionStore {
  /** `cookie`: the server keeps the token in an HttpOnly cookie, out of reach of scripts. */
  readonly mode: 'token' | 'cookie'
  read: () => Session | null
  write: (session: Session | null) => void
  /** Calls back when another tab changed the session; gives back how to stop. */
  onChange?: (listener: () => void) => () => void
}

/** Keeps the session as long as the program runs. With a token it starts signed in: a gateway, a test, a script. */
export function memorySession(token?: string): SessionStore {
  let session: Session | null = token === undefined ? null : { token, user: null, expiresAt: null, actingAs: null }
  return {
    mode: 'token',
    read: () => session,
    write: (next) => {
      session = next
    },
  }
}

/**
 * For browsers: the server sets an HttpOnly cookie that no script can read. After a page load ask `client.auth.restore()`
 * whether one is signed in.
 */
export function cookieSession(): SessionStore {
  return { ...memorySession(), mode: 'cookie' }
}
