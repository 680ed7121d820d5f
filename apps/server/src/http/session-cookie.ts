import { longestSessionSeconds } from '@chartwire/db'

/** A session's token in a browser's cookie. */
export interface SessionCookie {
  /** The token that a `cookie` header carries. */
  read: (header: string | null) => string | null
  /** What a `set-cookie` header says: the session's token, or (null) that it is over. */
  write: (token: string | null) => string
}

/**
 * Over https the name begins with `__Host-`, by which browsers take it from this very host alone, with `Secure` and for
 * every path: no neighbour under the same domain can plant a session of theirs, nor a second one beside ours.
 */
export function sessionCookie({ isSecure }: { isSecure: boolean }): SessionCookie {
  const name = isSecure ? '__Host-chartwire_session' : 'chartwire_session'
  const attributes = `Path=/; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`
  const form = new RegExp(`(?:^|;\\s*)${name}=([^;]+)`)
  return {
    read: (header) => header?.match(form)?.[1] ?? null,
    // As long as a session can live: when it ends unused moves on with each use, of which a browser hears nothing.
    write: (token) => `${name}=${token ?? ''}; Max-Age=${token === null ? 0 : longestSessionSeconds}; ${attributes}`,
  }
}
