import { Migrator } from '@mikro-orm/migrations'
import { defineConfig } from '@mikro-orm/postgresql'
import { entities } from './src/entities.ts'

export default defineConfig({
  entities: [...entities],
  clientUrl: process.env['DATABASE_URL'] ?? 'postgres://chartwire@127.0.0.1/chartwire',
  extensions: [Migrator],
  migrations: {
    path: new URL('./migrations', import.meta.url).pathname,
    emit: 'ts',
    snapshot: true,
    snapshotName: '.snapshot',
  },
})
