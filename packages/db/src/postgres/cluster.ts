import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Account } from './account.ts'
import { type Binaries, majorVersion } from './binaries.ts'
import { isSystemError, PostgresError } from './errors.ts'

/** The superuser of every cluster we make. */
export const superuser = 'chartwire'

const run = promisify(execFile)

/** PostgreSQL's own folder inside a place. */
export function dataFolderOf(place: string): string {
  return join(place, 'cluster', 'data')
}

/** The superuser's password: random, one per cluster, readable by its owner alone. */
export function readPassword(place: string): string {
  return readFileSync(join(place, 'cluster', 'password'), 'utf8').trim()
}

/**
 * Makes the cluster unless it is there. It is prepared beside its final place and appears, with its password, by one
 * rename: a process killed half-way leaves nothing that looks like a cluster, and of two processes one wins.
 *
 * The locale is C with PostgreSQL's own Unicode tables for upper and lower case: byte order on every platform, no
 * index broken by an update of the system's collations, and a search for "žák" still finds "Žák".
 */
export async function ensureCluster(
  place: string,
  binaries: Binaries,
  { account, durable }: { account: Account | undefined; durable: boolean },
): Promise<void> {
  const cluster = join(place, 'cluster')
  if (existsSync(cluster)) return assertVersion(dataFolderOf(place))
  const unfinished = join(place, `cluster.init-${process.pid}`)
  removeLeftovers(place)
  try {
    await initialise(unfinished, binaries, { account, durable })
    renameSync(unfinished, cluster)
    if (durable) flush(place)
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true })
    if (!isSystemError(error, 'ENOTEMPTY', 'EEXIST')) throw error
  }
}

function assertVersion(data: string): void {
  const version = readFileSync(join(data, 'PG_VERSION'), 'utf8').trim()
  if (version === majorVersion) return
  throw new PostgresError(
    'data_folder_version',
    `${data} was made by PostgreSQL ${version}, this is PostgreSQL ${majorVersion}. ` +
      `Dump it with the version that made it and load it here, or use another data folder.`,
  )
}

async function initialise(
  folder: string,
  binaries: Binaries,
  { account, durable }: { account: Account | undefined; durable: boolean },
): Promise<void> {
  const data = join(folder, 'data')
  const password = join(folder, 'password')
  mkdirSync(data, { recursive: true })
  chmodSync(folder, 0o711)
  chmodSync(data, 0o700)
  writeFileSync(password, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 })
  if (account !== undefined) for (const path of [data, password]) chownSync(path, account.uid, account.gid)
  try {
    await run(
      binaries.initdb,
      [
        `--pgdata=${data}`,
        `--username=${superuser}`,
        `--pwfile=${password}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        synchronisation(durable),
      ],
      { ...account, env: binaries.env, cwd: folder },
    )
  } catch (cause) {
    const said = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : String(cause)
    throw new PostgresError('init_failed', `A new database could not be made in ${folder}: ${said}`, { cause })
  }
  if (account !== undefined) chownSync(password, process.getuid?.() ?? 0, process.getgid?.() ?? 0)
  if (durable) for (const path of [password, folder]) flush(path)
}

/** On Linux one flush of the file system: 0.8 s for a cold initdb where a flush of each file made it 4.1 s. */
function synchronisation(durable: boolean): string {
  if (!durable) return '--no-sync'
  return process.platform === 'linux' ? '--sync-method=syncfs' : '--sync-method=fsync'
}

/** Makes a file, or the names in a folder, survive the loss of power; initdb has done so for its own. */
function flush(path: string): void {
  const descriptor = openSync(path, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** Removes what processes that no longer live left half-made. */
function removeLeftovers(place: string): void {
  for (const name of readdirSync(place)) {
    const pid = Number(/^cluster\.init-(\d+)$/.exec(name)?.[1])
    if (!Number.isInteger(pid) || isAlive(pid)) continue
    rmSync(join(place, name), { recursive: true, force: true })
  }
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return !isSystemError(error, 'ESRCH')
  }
}
