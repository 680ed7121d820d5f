import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { contextOf, type Ctx, type Database, migrationStatus, openDatabase, systemActor } from '@chartwire/db'
import { readEnvironment } from '../configuration/environment.ts'
import { loadKeys } from '../configuration/secrets.ts'
import { readSettings, type Settings, SettingsError } from '../configuration/settings.ts'
import { dataFolder, reachDatabase } from '../reach-database.ts'

/** What a command works with: an open database, and the operator as the actor of whatever it writes. */
export interface Workplace {
  db: Database
  ctx: Ctx
  settings: Settings
}

/** Runs `use` on the address of the database, which is started for it when it does not run and stopped after it. */
export async function withDatabaseUrl<T>(use: (url: string, settings: Settings) => Promise<T>): Promise<T> {
  const settings = readSettings(readEnvironment())
  const database = await reachDatabase(settings, () => undefined)
  try {
    return await use(database.url, settings)
  } finally {
    await database.release()
  }
}

/**
 * Runs `use` on the open database.
 *
 * @throws SettingsError when there is no database yet, or one that lacks migrations
 */
export async function withDatabase<T>(use: (workplace: Workplace) => Promise<T>): Promise<T> {
  assertMade(readSettings(readEnvironment()))
  return withDatabaseUrl(async (url, settings) => {
    const { pending } = await migrationStatus(url)
    if (pending.length > 0) {
      throw new SettingsError(
        `The database lacks ${pending.length} migrations: run \`npm run -s chartwire -- database migrate\`, or start the server.`,
      )
    }
    const db = await openDatabase({ url, keys: loadKeys(settings, dataFolder(settings)), poolSize: 2 })
    try {
      const actor = systemActor('operator')
      return await use({
        db,
        settings,
        ctx: contextOf({ actor, db }),
      })
    } finally {
      await db.close()
    }
  })
}

/** A look at a folder where nothing was ever started must not leave an empty database behind. */
function assertMade(settings: Settings): void {
  if (settings.DATABASE_URL !== undefined || existsSync(join(dataFolder(settings), 'postgres'))) return
  throw new SettingsError(
    `There is no database in ${dataFolder(settings)} yet: \`npm start\` makes it, or set DATABASE_URL.`,
  )
}
