import { randomBytes } from 'node:crypto'
import { inject, type ProvidedContext } from 'vitest'
import { createDatabase, databaseUrl, dropDatabase } from '../src/postgres/index.ts'
import { dropLogins } from '../src/row-security/logins.ts'

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
  const { serverUrl, template } = testRun()
  const name = `test_${randomBytes(8).toString('hex')}`
  await createDatabase(serverUrl, name, template)
  return {
    url: databaseUrl(serverUrl, name),
    [Symbol.asyncDispose]: async () => {
      await dropDatabase(serverUrl, name)
      await dropLogins(serverUrl, name)
    },
  }
}

/** What `global-setup.ts` made; it belongs to the root configuration, so a package alone has to be told about it. */
export function testRun(): ProvidedContext['database'] {
  const run: ProvidedContext['database'] | undefined = inject('database')
  if (run === undefined) throw new Error('No test database: run vitest from the root, with --project <package>.')
  return run
}
