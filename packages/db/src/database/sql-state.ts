/** The SQLSTATE of a database error, also when the ORM wrapped it. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** The violated constraint's name, if that is what went wrong. */
export function violatedConstraint(error: unknown): string | undefined {
  const state = sqlState(error)
  if (state === undefined || !state.startsWith('23')) return undefined
  return error instanceof Error && 'constraint' in error && typeof error.constraint === 'string'
    ? error.constraint
    : undefined
}

/** Deadlock and serialisation failure: nothing happened, and the same work may succeed. */
export function isRetryable(error: unknown): boolean {
  const state = sqlState(error)
  return state === '40001' || state === '40P01'
}

/** Whether a value was none of the type that the statement takes: class 22 of SQLSTATE. */
export function isDataException(error: unknown): boolean {
  return sqlState(error)?.startsWith('22') === true
}

/** What the driver says without a code when a connection breaks, or when none gets free in time. */
const brokenConnection =
  /timeout exceeded when trying to connect|Query read timeout|Connection terminated|Client has encountered a connection error|not queryable|after calling end/

/** What the operating system, or the stream to the database, says when it cannot be reached. */
const unreachable: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ERR_STREAM_DESTROYED',
])

/** The database is away or overloaded: the request may be tried again. */
export function isUnavailable(error: unknown): boolean {
  const state = sqlState(error)
  if (state === undefined) return error instanceof Error && brokenConnection.test(error.message)
  return /^(08|53|57P)/.test(state) || state === '57014' || unreachable.has(state)
}
