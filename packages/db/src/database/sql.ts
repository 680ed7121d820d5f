import pg from 'pg'

/** A statement in plain SQL. With a name it is prepared once per connection, which is worth 1.65x on partitioned tables. */
export interface Statement {
  name?: string
  text: string
  values?: unknown[]
}

/** Adds a value to a statement's parameters, and answers its place: `$3`. */
export type Bind = (value: unknown) => string

/** Runs a statement on whatever it belongs to: the pool, or one open transaction. */
export type Query = <Row extends object>(statement: Statement) => Promise<Row[]>

/**
 * Rows leave the database ready for the wire: instants as ISO 8601 in UTC, dates as YYYY-MM-DD, bigint and numeric as
 * numbers (every such column of ours fits a double exactly).
 */
const parsers: Record<number, (text: string) => unknown> = {
  [pg.types.builtins.TIMESTAMPTZ]: isoInstant,
  [pg.types.builtins.DATE]: (text) => text,
  [pg.types.builtins.INT8]: Number,
  [pg.types.builtins.NUMERIC]: Number,
}

/** `2026-11-22 05:13:14.12+00` -> `2026-11-22T05:13:14.120Z`. Connections run with the time zone UTC. */
export function isoInstant(text: string): string {
  if (!text.endsWith('+00') || text.length < 22) return new Date(text).toISOString()
  const fraction = text.length > 22 ? text.slice(20, -3).padEnd(3, '0').slice(0, 3) : '000'
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${fraction}Z`
}

export const typeParsers: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) => (format !== 'binary' && parsers[oid]) || pg.types.getTypeParser(oid, format),
}

/** A statement that hangs is a bug or an attack; a transaction left open holds rows that the bedside needs. */
export const connectionOptions =
  '-c timezone=UTC -c statement_timeout=30000 -c idle_in_transaction_session_timeout=60000'

/** Longer than any statement may take: who has not answered by then is a network that is gone, or a server that froze. */
export const defaultAnswerWithinMs = 40_000

/** What every connection of ours has in common, of the plain pools and of the unit of work's. */
export function clientOptions(answerWithinMs: number) {
  return {
    // Rather an answer that says "try again" than a caller who waits for ever.
    connectionTimeoutMillis: Math.min(10_000, answerWithinMs),
    query_timeout: answerWithinMs,
    // Statements that do not wait for each other share a round trip, see pool-transaction.ts; and a connection on which
    // one waits in vain is destroyed, where otherwise it would go back to its pool and keep the next one waiting.
    pipeline: true,
    options: connectionOptions,
    types: typeParsers,
  } satisfies pg.ClientConfig
}

export function createPool(url: string, max: number, answerWithinMs = defaultAnswerWithinMs): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    application_name: 'chartwire',
    ...clientOptions(answerWithinMs),
  })
  // A connection that the server drops is replaced by the pool, and the statement under way on it fails; without listeners,
  // for the idle ones and for those in use, it would end the process.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

/**
 * An array parameter as PostgreSQL reads it, for values that need no quoting: numbers, booleans, UUIDs and words of our
 * own. The driver's general way escapes every element, which was a tenth of ingest's CPU.
 */
export function plainArray(values: readonly (string | number | boolean | null | undefined)[]): string {
  let text = '{'
  for (let index = 0; index < values.length; index++) {
    if (index > 0) text += ','
    text += values[index] ?? 'NULL'
  }
  return `${text}}`
}

export function poolQuery(pool: pg.Pool): Query {
  // A copy: the pool writes its callback into what it is given, and a connection asked with that again would answer nobody.
  return async <Row extends object>(statement: Statement) => (await pool.query<Row>({ ...statement })).rows
}

export function clientQuery(client: pg.ClientBase): Query {
  return async <Row extends object>(statement: Statement) => (await client.query<Row>(statement)).rows
}
