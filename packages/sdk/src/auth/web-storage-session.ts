import { platform } from '../platform.ts'
import type { Session, SessionStore } from './session.ts'

/** The part of Web Storage that is used; `localStorage` and `sessionStorage` have it. */
export interface StorageLike {
  getItem: (key: string) => string | null
  setItem: (key: string, value: string) => void
  removeItem: (key: string) => void
}

/**
 * Keeps the session in Web Storage, where every script of the page can read the token: prefer `cookieSession()` when the
 * server is of the same site. Tabs that share the storage sign in and out together.
 */
export function webStorageSession(
  storage: StorageLike,
  { key = 'chartwire.session' }: { key?: string } = {},
): SessionStore {
  return {
    mode: 'token',
    read: () => parse(storage.getItem(key)),
    write: (session) => {
      if (session === null) storage.removeItem(key)
      else storage.setItem(key, JSON.stringify(session))
    },
    onChange: (listener) => {
      // A null key means that the whole storage was cleared.
      const heard = (event: { key?: string | null }) => {
        if (event.key === key || event.key === null) listener()
      }
      platform.addEventListener?.('storage', heard)
      return () => platform.removeEventListener?.('storage', heard)
    },
  }
}

/** What was stored, or null when it is no session: then one signs in anew. */
function parse(text: string | null): Session | null {
  if (text === null) return null
  try {
    const stored: Partial<Session> | null = JSON.parse(text)
    if (typeof stored?.token !== 'string') return null
    const { token, user = null, expiresAt = null, actingAs = null } = stored
    return { token, user, expiresAt, actingAs }
  } catch {
    return null
  }
}
