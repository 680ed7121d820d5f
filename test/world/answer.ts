/** What a procedure answered, over whatever transport. */
export type Answer = { data: unknown; error?: undefined } | { data?: undefined; error: AnsweredError }

export interface AnsweredError {
  message: string
  data: { code: string; httpStatus: number; requestId: string; path?: string; field?: string; retryAfter?: number }
}

export interface Call {
  path: string
  input: unknown
}

/** The code of a refusal; `ok` for an answer. */
export function codeOf({ error }: Answer): string {
  return error === undefined ? 'ok' : error.data.code
}

/** An answer without what tells two requests apart. */
export function anonymised({ data, error }: Answer): object {
  return error === undefined ? { data } : { message: error.message, data: { ...error.data, requestId: '' } }
}
