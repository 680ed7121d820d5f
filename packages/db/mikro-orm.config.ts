import { join } from 'node:path'
import { Migrator } from '@mikro-orm/migrations'
import { defineConfig, type Options } from '@mikro-orm/postgresql'
import { entities } from './src/entities.ts'

/** What every use of the ORM shares: the application's own connection, migrations and the command line. */
export function ormOptions(clientUrl: string): Options {
  return defineConfig({
    clientUrl,
    entities: [...entities],
    extensions: [Migrator],
    migrations: {
      path: join(import.meta.dirname, 'migrations'),
      tableName: 'migration',
      emit: 'ts',
      snapshotName: '.snapshot',
    },
  })
}

/** For the command line alone: a new migration is the difference to the snapshot and needs no server. */
export default ormOptions(process.env['DATABASE_URL'] ?? 'postgresql://127.0.0.1/chartwire')
