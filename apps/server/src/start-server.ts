import { mkdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { migrate, openDatabase, type Database } from '@chartwire/db'
import { createDatabase, type EmbeddedPostgres, startPostgres } from '@chartwire/db/postgres'
import type { Logger } from 'pino'
import { projectRoot } from './configuration/environment.ts'
import { loadKeys } from './configuration/secrets.ts'
import { type Settings, SettingsError } from './configuration/settings.ts'
import { buildApp } from './http/build-app.ts'
import { createLogger } from './http/logging.ts'
import { Metrics } from './http/metrics.ts'
import { startJobs } from './jobs/every.ts'
import { preparePartitions, recurringJobs } from './jobs/jobs.ts'

export interface RunningServer extends AsyncDisposable {
  /** Where it answers, without a slash at the end. */
  url: string
  db: Database
  logger: Logger
  dataDir: string
  /** Stops taking work, finishes what is under way, closes streams, stops the embedded database. */
  close: () => Promise<void>
}

export const version = (
  JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')) as { version: string }
).version

/** The embedded database's name; with DATABASE_URL it is whatever the URL says. */
const databaseName = 'chartwire'

/**
 * Starts the whole server: database (embedded unless DATABASE_URL), migrations, HTTP, recurring jobs.
 *
 * @throws SettingsError naming the variable when a setting cannot be used here
 */
export async function startServer(settings: Settings): Promise<RunningServer> {
  const logger = createLogger(settings)
  const dataDir = resolve(projectRoot, settings.CHARTWIRE_DATA)
  const keys = loadKeys(settings, dataDir)
  if (settings.PORT !== 0) await assertPortFree(settings)
  const postgres = settings.DATABASE_URL === undefined ? await startEmbedded(dataDir, logger) : undefined
  try {
    const databaseUrl = settings.DATABASE_URL ?? postgres?.url(databaseName) ?? ''
    await migrate(databaseUrl)
    const db = await openDatabase({ url: databaseUrl, keys, poolSize: settings.DATABASE_POOL })
    await preparePartitions(db)
    return await serve({ settings, logger, dataDir, db, postgres })
  } catch (error) {
    await postgres?.stop()
    throw error
  }
}

interface Parts {
  settings: Settings
  logger: Logger
  dataDir: string
  db: Database
  postgres: EmbeddedPostgres | undefined
}

async function serve({ settings, logger, dataDir, db, postgres }: Parts): Promise<RunningServer> {
  const metrics = new Metrics()
  let isAccepting = true
  let url = settings.PUBLIC_URL ?? ''
  const app = await buildApp({ db, settings, logger, metrics, version, isAccepting: () => isAccepting, url: () => url })
  const address = await app.listen({ host: settings.HOST, port: settings.PORT })
  if (url === '') url = address
  const jobs = startJobs(recurringJobs(db, metrics), { logger, metrics })
  let closing: Promise<void> | undefined

  const close = async () => {
    isAccepting = false
    await jobs.stop()
    for (const socket of app.websocketServer.clients) socket.close(1001, 'The server is going away.')
    // Streams over SSE have no end of their own.
    const cut = setTimeout(() => app.server.closeAllConnections(), 3_000)
    await app.close()
    clearTimeout(cut)
    await db.close()
    await postgres?.stop()
  }
  const closeOnce = () => (closing ??= close())
  return { url: address, db, logger, dataDir, close: closeOnce, [Symbol.asyncDispose]: closeOnce }
}

async function startEmbedded(dataDir: string, logger: Logger): Promise<EmbeddedPostgres> {
  mkdirSync(dataDir, { recursive: true })
  const postgres = await startPostgres({ dataDir: join(dataDir, 'postgres'), log: (line) => logger.info(line) })
  await createDatabase(postgres.url('postgres'), databaseName)
  return postgres
}

/** Before anything is started: a taken port is the commonest reason why a start fails. */
function assertPortFree({ HOST, PORT }: Settings): Promise<void> {
  return new Promise((free, reject) => {
    const probe = createServer()
    probe.once('error', (error: NodeJS.ErrnoException) => {
      const why =
        error.code === 'EADDRINUSE'
          ? `${PORT} is in use by another program; stop it, or choose another port.`
          : `cannot listen on ${HOST}:${PORT} (${error.code ?? 'unknown error'}).`
      reject(new SettingsError(`PORT: ${why}`))
    })
    probe.listen(PORT, HOST, () => probe.close(() => free()))
  })
}
