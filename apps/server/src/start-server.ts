import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { migrate, openDatabase, type Database, type Send } from '@chartwire/db'
import type { Logger } from 'pino'
import { loadKeys } from './configuration/secrets.ts'
import { type Settings, SettingsError } from './configuration/settings.ts'
import { buildApp } from './http/build-app.ts'
import { createLogger } from './http/logging.ts'
import { Metrics } from './http/metrics.ts'
import { type Mailer, smtpMailer } from './mail/smtp.ts'
import { twilioWhatsApp } from './whatsapp/twilio.ts'
import { startJobs } from './jobs/every.ts'
import { openPrinting, type Print } from './printing.ts'
import { preparePartitions, recurringJobs } from './jobs/jobs.ts'
import { anchorFile, dataFolder, reachDatabase } from './reach-database.ts'

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

/**
 * Starts the whole server: database (embedded unless DATABASE_URL), migrations, HTTP, recurring jobs. What was started
 * before a failure is stopped again.
 *
 * @throws SettingsError naming the variable when a setting cannot be used here
 */
export async function startServer(settings: Settings): Promise<RunningServer> {
  const logger = createLogger(settings)
  const dataDir = dataFolder(settings)
  const keys = loadKeys(settings, dataDir)
  if (settings.PORT !== 0) await assertPortFree(settings)
  await using started = new AsyncDisposableStack()
  const database = await reachDatabase(settings, (line) => logger.info(line))
  started.defer(() => database.release())
  const applied = await migrate(database.url)
  if (applied.length > 0) logger.debug({ applied }, 'migrations applied')
  const db = await openDatabase({
    url: database.url,
    keys,
    poolSize: settings.DATABASE_POOL,
    sendsMail: settings.CHARTWIRE_SMTP_URL !== undefined,
    sendsWhatsApp: settings.CHARTWIRE_WHATSAPP_ACCOUNT !== undefined,
  })
  started.defer(() => db.close())
  await preparePartitions(db)
  const printing = await openPrinting(settings)
  started.use(printing)
  if (printing.browser === null)
    logger.info('No Chromium found: PDFs are not made. Install one, or set CHARTWIRE_BROWSER.')
  const { url, stop } = await serve({ settings, logger, db, print: printing.print })
  started.defer(stop)
  const running = started.move()
  let closing: Promise<void> | undefined
  const close = () => (closing ??= running.disposeAsync())
  return { url, db, logger, dataDir, close, [Symbol.asyncDispose]: close }
}

interface Parts {
  settings: Settings
  logger: Logger
  db: Database
  print: Print
}

/** Listens; `stop` takes no more work, finishes what is under way and closes streams. */
async function serve({ settings, logger, db, print }: Parts): Promise<{ url: string; stop: () => Promise<void> }> {
  const metrics = new Metrics()
  let isAccepting = true
  let url = settings.PUBLIC_URL ?? ''
  const app = await buildApp({
    db,
    settings,
    logger,
    metrics,
    version,
    isAccepting: () => isAccepting,
    url: () => url,
    print,
  })
  const { HOST: host, PORT: port } = settings
  const address = await app.listen({ host, port }).catch(async (error: NodeJS.ErrnoException) => {
    await app.close()
    throw await portError(settings, error)
  })
  if (url === '') url = address
  const mailer = mailerOf(settings, url)
  const ways = { mailer, whatsApp: whatsAppOf(settings, url) }
  const jobs = startJobs(recurringJobs(db, metrics, { anchors: anchorFile(settings), ...ways }), { logger, metrics })
  const stop = async () => {
    isAccepting = false
    await jobs.stop()
    await mailer?.[Symbol.asyncDispose]()
    for (const socket of app.websocketServer.clients) socket.close(1001, 'The server is going away.')
    // Streams over SSE have no end of their own.
    const cut = setTimeout(() => app.server.closeAllConnections(), 3_000)
    await app.close()
    clearTimeout(cut)
  }
  return { url: address, stop }
}

function mailerOf({ CHARTWIRE_SMTP_URL: smtpUrl, CHARTWIRE_MAIL_FROM: from }: Settings, url: string): Mailer | null {
  if (smtpUrl === undefined || from === undefined) return null
  return smtpMailer({ smtpUrl, from, url: url.replace(/\/$/, '') })
}

function whatsAppOf(settings: Settings, url: string): Send | null {
  const { CHARTWIRE_WHATSAPP_ACCOUNT: account, CHARTWIRE_WHATSAPP_TOKEN: token } = settings
  const { CHARTWIRE_WHATSAPP_FROM: from, CHARTWIRE_WHATSAPP_TEMPLATE: template, CHARTWIRE_WHATSAPP_URL: api } = settings
  if (account === undefined || token === undefined || from === undefined) return null
  return twilioWhatsApp({ api, account, token, from, template, url })
}

/** Before anything is started: a taken port is the commonest reason why a start fails. */
function assertPortFree(settings: Settings): Promise<void> {
  return new Promise((free, reject) => {
    const probe = createServer()
    probe.once('error', (error: NodeJS.ErrnoException) => void portError(settings, error).then(reject))
    probe.listen(settings.PORT, settings.HOST, () => probe.close(() => free()))
  })
}

async function portError({ HOST, PORT }: Settings, { code }: NodeJS.ErrnoException): Promise<SettingsError> {
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return new SettingsError(`HOST: this machine has no address ${HOST}.`)
  if (code !== 'EADDRINUSE')
    return new SettingsError(`PORT: cannot listen on ${HOST}:${PORT} (${code ?? 'unknown error'}).`)
  const holder = (await isChartwire(`http://${HOST}:${PORT}`))
    ? 'a Chartwire that is already running'
    : 'another program'
  return new SettingsError(
    `PORT: ${PORT} is in use by ${holder}; stop it, or choose another port (PORT=4001 npm start).`,
  )
}

async function isChartwire(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(500) })
    return ((await response.json()) as { name?: unknown }).name === 'chartwire'
  } catch {
    // Whatever it is, it does not speak as we do.
    return false
  }
}
