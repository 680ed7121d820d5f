import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createDatabase, type EmbeddedPostgres, startPostgres } from '@chartwire/db/postgres'
import { Client } from 'pg'
import { projectRoot } from './configuration/environment.ts'
import { type Settings, SettingsError } from './configuration/settings.ts'

/** The embedded database's name; with DATABASE_URL it is whatever the URL says. */
const databaseName = 'chartwire'
const oldestVersion = 18
const lookEveryMs = 1_000

/** The database that the settings mean, ready for connections. */
export interface ReachedDatabase {
  url: string
  /** Lets go of it: an embedded server stops when nobody else is connected. */
  release: () => Promise<void>
}

/** The folder of the embedded database, the generated keys and the demo's logins. */
export function dataFolder({ CHARTWIRE_DATA }: Settings): string {
  return resolve(projectRoot, CHARTWIRE_DATA)
}

/** The file that the anchors of the audit log are appended to. */
export function anchorFile(settings: Settings): string {
  const { CHARTWIRE_ANCHORS: given } = settings
  return given === undefined ? join(dataFolder(settings), 'audit-anchors.jsonl') : resolve(projectRoot, given)
}

/**
 * DATABASE_URL when it is set; else the embedded PostgreSQL of the data folder, adopted when it runs (a server beside us,
 * or one left by a crash), started when it does not, and started again should it be killed.
 *
 * @throws SettingsError when DATABASE_URL cannot be used, PostgresError when the embedded server cannot be had
 */
export async function reachDatabase(settings: Settings, log: (line: string) => void): Promise<ReachedDatabase> {
  if (settings.DATABASE_URL !== undefined) {
    await assertUsable(settings.DATABASE_URL)
    return { url: settings.DATABASE_URL, release: async () => {} }
  }
  const folder = dataFolder(settings)
  mkdirSync(folder, { recursive: true })
  const options = { dataDir: join(folder, 'postgres'), log }
  const postgres = await startPostgres(options)
  await createDatabase(postgres.url('postgres'), databaseName)
  const kept = keepRunning(postgres, options)
  return {
    url: postgres.url(databaseName),
    release: async () => {
      const current = await kept.end()
      if (!(await current.stopUnlessUsed())) log('PostgreSQL keeps running: another process uses it')
    },
  }
}

/** Everybody holds the address, so a server that was killed comes back on the port it had. */
function keepRunning(first: EmbeddedPostgres, options: { dataDir: string; log: (line: string) => void }) {
  let current = first
  let isEnding = false
  let restart: Promise<void> | undefined
  const look = () => {
    if (isEnding || restart || current.isRunning()) return
    options.log('PostgreSQL has ended unasked; starting it again')
    restart = startPostgres({ ...options, port: first.port })
      .then((next) => {
        current = next
      })
      .catch((error: unknown) => options.log(error instanceof Error ? error.message : 'PostgreSQL did not start'))
      .finally(() => {
        restart = undefined
      })
  }
  const timer = setInterval(look, lookEveryMs).unref()
  return {
    end: async (): Promise<EmbeddedPostgres> => {
      isEnding = true
      clearInterval(timer)
      await restart
      return current
    },
  }
}

/** The message names the host at most: an address may hold a password. */
async function assertUsable(url: string): Promise<void> {
  const { host } = new URL(url)
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  try {
    await client.connect()
    const { rows } = await client.query<{ version: number }>(
      `select current_setting('server_version_num')::int version`,
    )
    const major = Math.floor((rows[0]?.version ?? 0) / 10_000)
    if (major < oldestVersion) {
      throw new SettingsError(`DATABASE_URL: ${host} runs PostgreSQL ${major}; ${oldestVersion} or newer is needed.`)
    }
  } catch (error) {
    if (error instanceof SettingsError) throw error
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'no answer'
    throw new SettingsError(`DATABASE_URL: cannot connect to ${host} (${meaning(code)}).`)
  } finally {
    await client.end().catch(() => undefined)
  }
}

function meaning(code: string): string {
  const meanings: Readonly<Record<string, string>> = {
    ECONNREFUSED: 'nothing listens there',
    ENOTFOUND: 'no such host',
    '28P01': 'the password is wrong',
    '28000': 'the server does not let us in',
    '3D000': 'there is no such database',
    '53300': 'too many connections',
  }
  return meanings[code] ?? code
}
