import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Client, DatabaseError } from 'pg'
import { type Account, chooseAccount } from './account.ts'
import { type Binaries, prepareBinaries } from './binaries.ts'
import { dataFolderOf, ensureCluster, readPassword, superuser } from './cluster.ts'
import { PostgresError } from './errors.ts'
import { choosePlace, knownPlace } from './place.ts'
import { choosePort, rememberPort } from './port.ts'
import { isPostmasterOf, readPostmaster, removeStalePidFile, stopPostmaster } from './postmaster.ts'
import { keepServerLogBounded, linesOf, withServerLog } from './server-log.ts'
import { defaultSettings } from './settings.ts'

export interface StartPostgresOptions {
  /** Made when missing. Holds the cluster, its password (0600), the remembered port and the server's log. */
  dataDir: string
  /** Left out: a free one is chosen and kept for the next start. A server that is adopted keeps the port it has. */
  port?: number
  /** Over `defaultSettings`; a server that is adopted keeps the settings it was started with. */
  settings?: Record<string, string>
  /** As root: the user to run PostgreSQL as. Left out: postgres, else nobody; data that exist keep their owner. */
  osUser?: string
  /** Hears what an operator should know, a sentence at a time. */
  log?: (line: string) => void
}

/** A running PostgreSQL of ours. It outlives this process unless it is stopped. */
export interface EmbeddedPostgres extends AsyncDisposable {
  readonly port: number
  readonly pid: number
  /** True when the server was already running, as after a crash of the process that had started it. */
  readonly adopted: boolean
  /** The address of a database for the superuser, or for `role` when it has a password of its own. */
  url(database: string, role?: { name: string; password: string }): string
  /** Fast shutdown; resolves when the server has ended. */
  stop(): Promise<void>
}

type Launch = { outcome: 'ready'; pid: number } | { outcome: 'port_taken' | 'raced' | 'failed'; lines: string[] }

interface Cluster {
  place: string
  data: string
  binaries: Binaries
  account: Account | undefined
  log: (line: string) => void
}

const pollMs = 10
const reportEveryMs = 10_000
const attempts = 50

/**
 * Starts the PostgreSQL 18 of a data folder, or adopts the one that already runs there. Listens on 127.0.0.1 alone.
 * The server is its own process group: a Ctrl-C at the terminal does not reach it, so the application drains first
 * and stops it last. Two processes may start at once on one folder: one starts, the other adopts.
 *
 * @throws {PostgresError} with a code that says what stands in the way
 */
export async function startPostgres(options: StartPostgresOptions): Promise<EmbeddedPostgres> {
  const { log = () => {} } = options
  const settings = { ...defaultSettings, ...options.settings }
  const cluster = await prepareCluster(resolve(options.dataDir), {
    ...options,
    durable: settings['fsync'] !== 'off',
    log,
  })
  for (let attempt = 1; ; attempt++) {
    const pid = await findRunning(cluster)
    if (pid !== undefined) return hold(cluster, pid, true)

    const port = options.port ?? (await choosePort(cluster.place))
    const launch = await launchServer(cluster, port, settings)
    if (launch.outcome === 'ready') {
      rememberPort(cluster.place, port)
      return hold(cluster, launch.pid, false)
    }
    if (launch.outcome === 'port_taken' && options.port !== undefined) {
      throw new PostgresError('port_taken', `Port ${port} belongs to another program; choose another one.`)
    }
    if (launch.outcome === 'failed' || attempt === attempts) {
      throw new PostgresError('start_failed', `PostgreSQL did not start:\n${launch.lines.slice(-20).join('\n')}`)
    }
    await pause(pollMs * attempt)
  }
}

async function prepareCluster(
  dataDir: string,
  { osUser, durable, log }: { osUser?: string; durable: boolean; log: (line: string) => void },
): Promise<Cluster> {
  const known = knownPlace(dataDir)
  const account = chooseAccount(known && dataFolderOf(known), osUser)
  const place = known ?? choosePlace(dataDir, account, log)
  const binaries = prepareBinaries(place, account)
  await ensureCluster(place, binaries, { account, durable })
  return { place, data: dataFolderOf(place), binaries, account, log }
}

/** The process of a server that already runs on the folder, once it is ready; waits for one that is just ending. */
async function findRunning({ data, log }: Cluster): Promise<number | undefined> {
  const report = reporter(log)
  for (;;) {
    const postmaster = readPostmaster(data)
    if (postmaster === undefined) return undefined
    if (!isPostmasterOf(data, postmaster.pid)) {
      removeStalePidFile(data, postmaster.pid)
      return undefined
    }
    if (postmaster.status === 'ready') return postmaster.pid
    report(`PostgreSQL is ${postmaster.status || 'starting'}; waiting`)
    await pause(pollMs)
  }
}

async function launchServer(
  { place, data, binaries, account, log }: Cluster,
  port: number,
  settings: Record<string, string>,
): Promise<Launch> {
  const parameters = { ...settings, port: String(port), listen_addresses: '127.0.0.1', unix_socket_directories: '' }
  const server = withServerLog(place, (descriptor) =>
    spawn(
      binaries.postgres,
      ['-D', data, ...Object.entries(parameters).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      { ...account, env: binaries.env, cwd: place, detached: true, stdio: ['ignore', descriptor, descriptor] },
    ),
  )
  server.unref()
  const { pid } = server
  if (pid === undefined) {
    const [error] = await once(server, 'error')
    throw new PostgresError('not_permitted', `${binaries.postgres} could not be run: ${String(error)}`)
  }
  const report = reporter(log)
  while (server.exitCode === null && server.signalCode === null) {
    const postmaster = readPostmaster(data)
    if (postmaster?.pid === pid && postmaster.status === 'ready') return { outcome: 'ready', pid }
    report('PostgreSQL is still starting (after a crash it first replays its log)')
    await pause(pollMs)
  }
  const lines = linesOf(place, pid)
  return { outcome: whyEnded(lines), lines }
}

function whyEnded(lines: string[]): 'port_taken' | 'raced' | 'failed' {
  const text = lines.join('\n')
  if (/could not bind .*Address already in use/.test(text)) return 'port_taken'
  // Another process was faster, or backends of a killed server are still ending.
  if (/lock file "postmaster\.pid" already exists|shared memory block .* is still in use/.test(text)) return 'raced'
  return 'failed'
}

/** Makes sure with the password of the folder that the server is ours before anybody relies on it. */
async function hold({ place, data, log }: Cluster, pid: number, adopted: boolean): Promise<EmbeddedPostgres> {
  const port = readPostmaster(data)?.port ?? 0
  const password = readPassword(place)
  const url = (database: string, role = { name: superuser, password }) =>
    `postgresql://${encodeURIComponent(role.name)}:${encodeURIComponent(role.password)}@127.0.0.1:${port}/${encodeURIComponent(database)}`
  await assertOurs(url('postgres'), data)
  if (adopted) log(`PostgreSQL was already running (process ${pid}, port ${port}); taking it over`)
  const endBounding = keepServerLogBounded(place)
  const stop = async () => {
    endBounding()
    await stopPostmaster(data, pid, log)
  }
  return { port, pid, adopted, url, stop, [Symbol.asyncDispose]: stop }
}

async function assertOurs(url: string, data: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5000 })
  try {
    await client.connect()
    const { rows } = await client.query<{ folder: string }>(`select current_setting('data_directory') as folder`)
    if (rows[0]?.folder === data) return
  } catch (cause) {
    if (!(cause instanceof DatabaseError)) throw cause
    throw new PostgresError('data_folder_in_use', `The server on ${data} refused us: ${cause.message}`, { cause })
  } finally {
    await client.end()
  }
  throw new PostgresError('data_folder_in_use', `Another server answers in place of the one on ${data}.`)
}

/** Says a sentence only once waiting has become long. */
function reporter(log: (line: string) => void): (line: string) => void {
  let next = Date.now() + reportEveryMs
  return (line) => {
    if (Date.now() < next) return
    next = Date.now() + reportEveryMs
    log(line)
  }
}
