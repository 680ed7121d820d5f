import { MikroORM } from '@mikro-orm/postgresql'
import { Client } from 'pg'
import { ormOptions } from '../mikro-orm.config.ts'

/** Any constant does, as long as it stays the same from release to release. */
const migrationLock = 7_246_180_518

/**
 * Brings the database at `url` up to the newest migration. Of two processes that start at once, the second waits for
 * the first and finds nothing left to do: the lock belongs to a session and ends with it, whatever happens.
 */
export async function migrate(url: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [migrationLock])
    const orm = await MikroORM.init(ormOptions(url))
    try {
      await orm.migrator.up()
    } finally {
      await orm.close()
    }
  } finally {
    await client.end()
  }
}
