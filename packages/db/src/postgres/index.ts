export { createDatabase, databaseExists, databaseUrl, dropDatabase, dropUnusedDatabase } from './databases.ts'
export { PostgresError, type PostgresErrorCode } from './errors.ts'
export { type EmbeddedPostgres, startPostgres, type StartPostgresOptions } from './start-postgres.ts'
