export const json = { 'content-type': 'application/json' }
export const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

interface Answer {
  status: number
  retryAfter: string | null
  error: { code?: string; data?: { code: string; retryAfter?: number }; retryAfter?: number } | undefined
}

/** An answer in JSON, of tRPC or REST, as far as limits are concerned. */
export async function ask(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, init)
  const body = (await response.json()) as { error?: Answer['error'] }
  return { status: response.status, retryAfter: response.headers.get('retry-after'), error: body.error }
}
