import { randomBytes } from 'node:crypto'
import { Client, escapeIdentifier } from 'pg'
import { inject, type ProvidedContext } from 'vitest'
import { databaseUrl } from '../src/postgres/index.ts'
import { loginName } from '../src/row-security/logins.ts'

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
  const owner = await (ownerOfAll ??= connect(serverUrl))
  await owner.query(`create database ${name} template ${template} strategy file_copy`)
  return {
    url: databaseUrl(serverUrl, name),
    [Symbol.asyncDispose]: async () => {
      await owner.query(`drop database ${name} with (force)`)
      await dropLogins(owner, name)
    },
  }
}

/** One connection of this process for all databases: each costs the server a third of what making one does. */
let ownerOfAll: Promise<Client> | undefined

async function connect(serverUrl: string): Promise<Client> {
  const client = new Client({ connectionString: serverUrl })
  await client.connect()
  return client
}

/** The logins of a database that is gone. */
export async function dropLogins(owner: Client, database: string): Promise<void> {
  const logins = [loginName('app', database), loginName('system', database)].map(escapeIdentifier)
  await owner.query(`drop role if exists ${logins.join(', ')}`)
}

/** What `global-setup.ts` made; it belongs to the root configuration, so a package alone has to be told about it. */
export function testRun(): ProvidedContext['database'] {
  const run: ProvidedContext['database'] | undefined = inject('database')
  if (run === undefined) throw new Error('No test database: run vitest from the root, with --project <package>.')
  return run
}
