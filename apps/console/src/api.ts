import { cookieSession, createClient, isApiError, isConnectionError } from '@chartwire/sdk'

let hasSessionEnded = false

/** The server this page came from; the session is a cookie that no script can read. */
export const client = createClient({
  url: '',
  session: cookieSession(),
  onSessionEnded: () => {
    hasSessionEnded = true
  },
})

client.auth.onChange((session) => {
  if (session) hasSessionEnded = false
})

/** Whether the last session was ended by the server rather than by signing out. */
export const wasSessionEnded = (): boolean => hasSessionEnded

/** The code of any failure: the server's own, or `unavailable` when it could not be reached; undefined for a defect of ours. */
export function codeOf(error: unknown): string | undefined {
  if (isApiError(error)) return error.data.code
  return isConnectionError(error) ? 'unavailable' : undefined
}
