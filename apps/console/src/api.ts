import { cookieSession, createClient, isApiError, isConnectionError } from '@chartwire/sdk'
import { QueryClient } from '@tanstack/react-query'

/** The server this page came from; the session is a cookie that no script can read. */
export const client = createClient({ url: '', session: cookieSession() })

export const queries = new QueryClient({
  defaultOptions: {
    // The SDK retries what is worth it; what changes comes by live streams.
    queries: { retry: false, refetchOnWindowFocus: false },
  },
})

/** The code of any failure: the server's own, or `unavailable` when it could not be reached; undefined for a defect of ours. */
export function codeOf(error: unknown): string | undefined {
  if (isApiError(error)) return error.data.code
  return isConnectionError(error) ? 'unavailable' : undefined
}
