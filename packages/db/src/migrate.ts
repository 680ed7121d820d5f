import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { MikroORM } from '@mikro-orm/postgresql'
import { Client } from 'pg'
import { ormOptions } from '../mikro-orm.config.ts'
import { applyRowSecurity } from './row-security/apply-row-security.ts'
import { ensureGroups } from './row-security/groups.ts'

/** Any constant does, as long as it stays the same from release to release. */
const migrationLock = 7_246_180_518

export interface MigrationStatus {
  /** Oldest first; `at` is when it was applied. */
  applied: { name: string; at: Date }[]
  pending: string[]
}

/**
 * Brings the database at `url` up to the newest migration, and its row-level security to what row-security/rules.ts says. Of two processes that start at once, the second waits for
 * the first and finds nothing left to do: the lock belongs to a session and ends with it, whatever happens.
 *
 * @throws DatabaseRightsError when the owner may not make roles
 * @returns the names of the migrations it applied, oldest first
 */
export async function migrate(url: string): Promise<string[]> {
  return withClient(url, async (client) => {
    await client.query('select pg_advisory_lock($1)', [migrationLock])
    // The migrator would print its own lines whatever the log's settings are.
    const orm = await MikroORM.init({ ...ormOptions(url), logger: () => {} })
    try {
      await ensureGroups(client)
      const applied = (await orm.migrator.up()).map(({ name }) => name)
      await applyRowSecurity(client)
      return applied
    } finally {
      await orm.close()
    }
  })
}

/** What the database at `url` has, and what `migrate` would apply. Changes nothing. */
export async function migrationStatus(url: string): Promise<MigrationStatus> {
  const applied = await withClient(url, async (client) => {
    const known = await client.query<{ there: boolean }>(`select to_regclass('migration') is not null there`)
    if (!known.rows[0]?.there) return []
    return (await client.query<{ name: string; at: Date }>('select name, executed_at at from migration order by id'))
      .rows
  })
  const done = new Set(applied.map(({ name }) => name))
  const written = readdirSync(join(import.meta.dirname, '../migrations'))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -'.ts'.length))
    .sort()
  return { applied, pending: written.filter((name) => !done.has(name)) }
}

async function withClient<Result>(url: string, use: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end()
  }
}
