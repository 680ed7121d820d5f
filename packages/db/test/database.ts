import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import { createDatabase, databaseUrl, dropDatabase } from '../src/postgres/index.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Set by `global-setup.ts`: the server, the migrated database to copy, a folder that goes with the run. */
    database: { serverUrl: string; template: string; scratch: string }
  }
}

export interface TestDatabase extends AsyncDisposable {
  readonly url: string
}

/**
 * A database of one's own with all migrations applied, dropped at the end of the scope:
 *
 *     await using database = await testDatabase()
 */
export async function testDatabase(): Promise<TestDatabase> {
  const { serverUrl, template } = inject('database')
  const name = `test_${randomBytes(8).toString('hex')}`
  await createDatabase(serverUrl, name, template)
  return { url: databaseUrl(serverUrl, name), [Symbol.asyncDispose]: () => dropDatabase(serverUrl, name) }
}
