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
      // The snapshot is what the entities say, written by `migration:create` alone. Taken from a database after a migration
      // it would hold what the migrations draw by hand, and the next difference would drop that.
      snapshotOnMigrate: false,
    },
  })
}

/** For the command line alone: a new migration is the difference to the snapshot and needs no server. */
export default ormOptions(process.env['DATABASE_URL'] ?? 'postgresql://127.0.0.1/chartwire')
