import { execFileSync } from 'node:child_process'
import { linkSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { isSystemError, PostgresError } from './errors.ts'

/** What `postmaster.pid` says: PostgreSQL's own lock on a data folder, one fact a line. */
interface Postmaster {
  pid: number
  port: number
  status: string
}

interface ShutdownStep {
  signal: NodeJS.Signals
  patienceMs: number
}

const pollMs = 10

/** How a server is asked to end, and for how long each time before it is asked more firmly. */
const shutdownSteps = [
  { signal: 'SIGINT', patienceMs: 30_000 },
  { signal: 'SIGQUIT', patienceMs: 10_000 },
  { signal: 'SIGKILL', patienceMs: 10_000 },
] as const satisfies readonly ShutdownStep[]

/** The server that `postmaster.pid` names, or undefined without that file (or with one that is just being written). */
export function readPostmaster(data: string): Postmaster | undefined {
  const lines = readOptional(join(data, 'postmaster.pid'))?.split('\n')
  const pid = Number(lines?.[0])
  if (lines === undefined || !Number.isInteger(pid) || pid <= 0) return undefined
  return { pid, port: Number(lines[3] ?? 0), status: (lines[7] ?? '').trim() }
}

/**
 * True while the process is alive and is the server of this data folder. After a crash the number in `postmaster.pid`
 * may belong to any other program; a dead process nobody has waited for (a zombie) has neither folder nor command line.
 */
export function isPostmasterOf(data: string, pid: number): boolean {
  const line = commandLine(pid)
  if (!line.includes('postgres')) return false
  // A server works inside its data folder: comparing what the kernel says survives symbolic links and a moved folder.
  const working = process.platform === 'linux' ? identity(`/proc/${pid}/cwd`) : undefined
  return working === undefined ? line.includes(` ${data} `) : working === identity(data)
}

/**
 * Removes a `postmaster.pid` whose number another program has now, which would keep PostgreSQL from starting. A number
 * that belongs to nobody stays: PostgreSQL then makes sure itself that no orphan still uses its shared memory.
 */
export function removeStalePidFile(data: string, stalePid: number): void {
  if (commandLine(stalePid) === '') return
  const file = join(data, 'postmaster.pid')
  const aside = `${file}.stale-${process.pid}`
  try {
    renameSync(file, aside)
    // Between our look and the rename another process may have started the server: give it its file back.
    if (Number(readFileSync(aside, 'utf8').split('\n')[0]) !== stalePid) linkSync(aside, file)
    rmSync(aside)
  } catch (error) {
    if (!isSystemError(error, 'ENOENT', 'EEXIST')) throw error
    rmSync(aside, { force: true })
  }
}

/**
 * Asks for a fast shutdown (open transactions roll back, everything is written) and waits until it is done; a server
 * that has not ended after 30 s is told to end at once, which the next start repairs from the write-ahead log.
 */
export async function stopPostmaster(
  data: string,
  pid: number,
  { log, steps = shutdownSteps }: { log: (line: string) => void; steps?: readonly ShutdownStep[] },
): Promise<void> {
  for (const [index, { signal, patienceMs }] of steps.entries()) {
    if (index > 0) log(`PostgreSQL (process ${pid}) has not ended yet; sending ${signal}`)
    if (!send(data, pid, signal)) return
    const deadline = Date.now() + patienceMs
    while (Date.now() < deadline) {
      if (!isPostmasterOf(data, pid) && !isVanishing(pid)) return
      await pause(pollMs)
    }
  }
  throw new PostgresError('not_permitted', `PostgreSQL (process ${pid}) could not be stopped.`)
}

function send(data: string, pid: number, signal: NodeJS.Signals): boolean {
  if (!isPostmasterOf(data, pid)) return false
  try {
    process.kill(pid, signal)
    return true
  } catch (error) {
    if (isSystemError(error, 'ESRCH')) return false
    throw error
  }
}

/** True for the moment between the release of a killed server's memory (and command line) and its end. */
function isVanishing(pid: number): boolean {
  if (process.platform !== 'linux' || commandLine(pid) !== '') return false
  return /\(postgres\) [^ZX]/.test(readOptional(`/proc/${pid}/stat`) ?? '')
}

/** The words a process was started with, or '' when there is no such process. */
function commandLine(pid: number): string {
  if (process.platform === 'linux') return readOptional(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ') ?? ''
  try {
    return execFileSync('/bin/ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).trim()
  } catch {
    // ps answers 1 when there is no such process.
    return ''
  }
}

/** Device and inode of a folder; undefined when it is gone or not ours to look at. */
function identity(folder: string): string | undefined {
  try {
    const { dev, ino } = statSync(folder, { bigint: true })
    return `${dev}:${ino}`
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ESRCH', 'EACCES', 'EPERM')) return undefined
    throw error
  }
}

function readOptional(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ESRCH')) return undefined
    throw error
  }
}
