import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Client, DatabaseError } from 'pg'
import { type Account, chooseAccount } from './account.ts'
import { type Binaries, prepareBinaries } from './binaries.ts'
import { dataFolderOf, ensureCluster, readPassword, superuser } from './cluster.ts'
import { isSystemError, PostgresError } from './errors.ts'
import { choosePlace, knownPlace } from './place.ts'
import { choosePort, rememberPort } from './port.ts'
import { isPostmasterOf, readPostmaster, removeStalePidFile, stopPostmaster } from './postmaster.ts'
import { boundServerLog, keepServerLogBounded, linesOf, serverLogSize, withServerLog } from './server-log.ts'
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
  /** False once the server has ended, for whatever reason. */
  isRunning(): boolean
  /** Fast shutdown; resolves when the server has ended. */
  stop(): Promise<void>
  /** The last one out stops the server: does so unless others are connected to it. True when it was stopped. */
  stopUnlessUsed(): Promise<boolean>
}

interface RunningServer {
  pid: number
  port: number
}

type Launch = { lines: string[] } & (({ outcome: 'ready' } & RunningServer) | { outcome: FailedLaunch })

/** `raced`: another process was faster, or processes of a killed server are still ending; try again. */
type FailedLaunch = 'port_taken' | 'raced' | 'failed'

interface Cluster {
  place: string
  data: string
  binaries: Binaries
  account: Account | undefined
  settings: Readonly<Record<string, string>>
  log: (line: string) => void
}

const pollMs = 10
const reportEveryMs = 10_000
const answerWithinMs = 5000
const othersLeaveWithinMs = 500
const attempts = 50

/**
 * Starts the PostgreSQL 18 of a data folder, or adopts the one that already runs there. Listens on 127.0.0.1 alone.
 * The server is its own process group: a Ctrl-C at the terminal does not reach it, so the application drains first
 * and stops it last. Two processes may start at once on one folder: one starts, the other adopts.
 *
 * @throws {PostgresError} with a code that says what stands in the way
 */
export async function startPostgres(options: StartPostgresOptions): Promise<EmbeddedPostgres> {
  try {
    return await startOrAdopt(await prepareCluster(options), options)
  } catch (error) {
    if (!isSystemError(error, 'EACCES', 'EPERM', 'EROFS')) throw error
    throw new PostgresError('not_permitted', `The operating system refused: ${(error as Error).message}`, {
      cause: error,
    })
  }
}

async function startOrAdopt(cluster: Cluster, options: StartPostgresOptions): Promise<EmbeddedPostgres> {
  for (let attempt = 1; ; attempt++) {
    const running = await findRunning(cluster)
    if (running !== undefined && (await isOurs(cluster, running))) {
      cluster.log(`PostgreSQL was already running (process ${running.pid}, port ${running.port}); taking it over`)
      return hold(cluster, running, true)
    }
    const port = options.port ?? (await choosePort(cluster.place))
    const launch = await launchServer(cluster, port)
    if (launch.outcome === 'ready' && (await isOursOrEnds(cluster, launch))) {
      rememberPort(cluster.place, port)
      return hold(cluster, launch, false)
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

async function prepareCluster({ log = () => {}, ...options }: StartPostgresOptions): Promise<Cluster> {
  const dataDir = resolve(options.dataDir)
  const settings = { ...defaultSettings, ...options.settings }
  const known = knownPlace(dataDir)
  const account = chooseAccount(known && dataFolderOf(known), options.osUser)
  const place = known ?? choosePlace(dataDir, account, log)
  const binaries = prepareBinaries(place, account)
  await ensureCluster(place, binaries, { account, durable: settings['fsync'] !== 'off' })
  return { place, data: dataFolderOf(place), binaries, account, settings, log }
}

/** The process of a server that already runs on the folder, once it is ready; waits for one that is just ending. */
async function findRunning({ data, log }: Cluster): Promise<RunningServer | undefined> {
  const report = reporter(log)
  for (;;) {
    const postmaster = readPostmaster(data)
    if (postmaster === undefined) return undefined
    if (!isPostmasterOf(data, postmaster.pid)) {
      removeStalePidFile(data, postmaster.pid)
      return undefined
    }
    if (postmaster.status === 'ready') return postmaster
    report(`PostgreSQL is ${postmaster.status || 'starting'}; waiting`)
    await pause(pollMs)
  }
}

async function launchServer(cluster: Cluster, port: number): Promise<Launch> {
  const { place, data, binaries, account, settings, log } = cluster
  const parameters = { ...settings, port: String(port), listen_addresses: '127.0.0.1', unix_socket_directories: '' }
  boundServerLog(place)
  const logStart = serverLogSize(place)
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
    if (postmaster?.pid === pid && postmaster.status === 'ready') return { outcome: 'ready', pid, port, lines: [] }
    report('PostgreSQL is still starting (after a crash it first replays its log)')
    await pause(pollMs)
  }
  const lines = linesOf(place, pid, logStart)
  return { outcome: whyEnded(lines), lines }
}

function whyEnded(lines: string[]): FailedLaunch {
  const text = lines.join('\n')
  if (/could not bind .*Address already in use/.test(text)) return 'port_taken'
  if (/lock file "postmaster\.pid" already exists|shared memory block .* is still in use/.test(text)) return 'raced'
  return 'failed'
}

function hold({ place, data, log }: Cluster, { pid, port }: RunningServer, adopted: boolean): EmbeddedPostgres {
  const password = readPassword(place)
  const endBounding = keepServerLogBounded(place)
  const stop = async () => {
    endBounding()
    await stopPostmaster(data, pid, { log })
  }
  const url: EmbeddedPostgres['url'] = (database, role = { name: superuser, password }) => address(port, database, role)
  return {
    port,
    pid,
    adopted,
    url,
    isRunning: () => isPostmasterOf(data, pid),
    stop,
    stopUnlessUsed: async () => {
      const isUsed = await hasOtherClients(data, pid, url('postgres'))
      if (isUsed) endBounding()
      else await stop()
      return !isUsed
    },
    [Symbol.asyncDispose]: stop,
  }
}

/** Looks for a moment: a connection that was closed just now is still listed until its process has ended. */
async function hasOtherClients(data: string, pid: number, connectionString: string): Promise<boolean> {
  const client = new Client({ connectionString })
  // Whoever else is the last one out may stop the server under us.
  client.on('error', () => {})
  try {
    await client.connect()
    const deadline = Date.now() + othersLeaveWithinMs
    for (;;) {
      const { rowCount } = await client.query(
        `select from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`,
      )
      if (rowCount === 0 || Date.now() > deadline) return rowCount !== 0
      await pause(pollMs)
    }
  } catch (error) {
    // One that has ended, or is just ending (57P..), is used by nobody; one that will not say is left alone.
    return isPostmasterOf(data, pid) && !(error instanceof DatabaseError && error.code?.startsWith('57P'))
  } finally {
    await client.end()
  }
}

function address(port: number, database: string, { name, password }: { name: string; password: string }): string {
  const [user, secret, path] = [name, password, database].map(encodeURIComponent)
  return `postgresql://${user}:${secret}@127.0.0.1:${port}/${path}`
}

/**
 * Makes sure with the folder's own password, before anybody relies on it, that the server is ours; false when it ended
 * meanwhile. Only a server that works in the data folder is asked (see `isPostmasterOf`).
 */
async function isOurs({ place, data }: Cluster, { pid, port }: RunningServer): Promise<boolean> {
  const connectionString = address(port, 'postgres', { name: superuser, password: readPassword(place) })
  const deadline = Date.now() + answerWithinMs
  for (;;) {
    const client = new Client({ connectionString, connectionTimeoutMillis: answerWithinMs })
    try {
      await client.connect()
      return true
    } catch (cause) {
      if (!isPostmasterOf(data, pid)) return false
      // 28xxx: it knows neither us nor our password. Else it may be full or just ending.
      if (Date.now() > deadline || (cause instanceof DatabaseError && cause.code?.startsWith('28'))) {
        const message = `The server on ${data} (process ${pid}) is not ours: ${(cause as Error).message}`
        throw new PostgresError('data_folder_in_use', message, { cause })
      }
    } finally {
      await client.end()
    }
    await pause(pollMs)
  }
}

/** A server that we started and may not use (its password is not the one in the file) is not left behind. */
async function isOursOrEnds(cluster: Cluster, server: RunningServer): Promise<boolean> {
  try {
    return await isOurs(cluster, server)
  } catch (error) {
    await stopPostmaster(cluster.data, server.pid, cluster)
    throw error
  }
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
