import { migrate, migrationStatus } from '@chartwire/db'
import { Client } from 'pg'
import { runCommands } from './run-commands.ts'
import { table } from './table.ts'
import { withDatabaseUrl } from './with-database.ts'

const say = (line: string) => void process.stdout.write(`${line}\n`)

export function run(command: string, args: readonly string[]): Promise<number> {
  return runCommands(
    (program) => {
      const database = program.command('database').description('The database of this server.')
      database
        .command('migrate')
        .description('bring the database up to this version; several at once wait for each other')
        .action(() => withDatabaseUrl(applyMigrations))
      database
        .command('status')
        .description('version, size, migrations')
        .action(() => withDatabaseUrl(status))
    },
    [command, ...args],
  )
}

async function applyMigrations(url: string): Promise<void> {
  const applied = await migrate(url)
  for (const name of applied) say(`applied ${name}`)
  if (applied.length === 0) say('Nothing to apply.')
}

async function status(url: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ server: string; name: string; size: string; clients: number }>(
      `select current_setting('server_version') server, current_database() name,
              pg_size_pretty(pg_database_size(current_database())) size,
              (select count(*)::int - 1 from pg_stat_activity where datname = current_database()) clients`,
    )
    const [facts] = rows
    if (facts)
      say(`PostgreSQL ${facts.server}, database ${facts.name}, ${facts.size}, ${facts.clients} other connections\n`)
  } finally {
    await client.end()
  }
  const { applied, pending } = await migrationStatus(url)
  process.stdout.write(
    table(
      ['migration', 'applied'],
      [...applied.map(({ name, at }) => [name, at.toISOString()]), ...pending.map((name) => [name, 'pending'])],
    ),
  )
}
