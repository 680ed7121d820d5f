import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'

/** A data folder of one test. At the end of the scope its server is killed and everything is removed. */
export interface PostgresFolder extends AsyncDisposable {
  readonly dataDir: string
  /** Where the cluster is: the data folder, or the place it names. */
  place(): string
  data(): string
}

/** `copyOf`: a data folder to start from; `mode` is that of the parent folder, `uid` its owner. */
export function postgresFolder({
  copyOf,
  mode = 0o755,
  uid,
}: { copyOf?: PostgresFolder; mode?: number; uid?: number } = {}): PostgresFolder {
  const parent = mkdtempSync(join(tmpdir(), 'chartwire-postgres-'))
  chmodSync(parent, mode)
  if (uid !== undefined) chownSync(parent, uid, uid)
  const dataDir = join(parent, 'data')
  // Making a cluster takes 0.6 s, copying one 0.1 s. cp and not cpSync, which would not keep the owner.
  if (copyOf !== undefined) execFileSync('cp', ['-a', copyOf.dataDir, dataDir])
  const place = () => {
    const location = join(dataDir, 'location')
    return existsSync(location) ? readFileSync(location, 'utf8').trim() : dataDir
  }
  const data = () => join(place(), 'cluster', 'data')
  return {
    dataDir,
    place,
    data,
    async [Symbol.asyncDispose]() {
      const file = join(data(), 'postmaster.pid')
      const pid = existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : 0
      if (pid > 0 && isAlive(pid)) {
        process.kill(pid, 'SIGQUIT')
        await until(() => !isAlive(pid))
      }
      rmSync(place(), { recursive: true, force: true })
      rmSync(dirname(dataDir), { recursive: true, force: true })
    },
  }
}

/** What `postgres-owner.ts` says of its server, or of why it has none. */
interface OwnerLine {
  pid: number
  port: number
  adopted: boolean
  url: string
  code: string
  drained: boolean
}

/** Runs `postgres-owner.ts`, in a process group of its own, and waits for its first line. */
export async function ownPostgres(
  dataDir: string,
  { uid }: { uid?: number } = {},
): Promise<{ owner: ChildProcess; said: OwnerLine; lines: AsyncIterator<string> }> {
  const program = join(import.meta.dirname, 'postgres-owner.ts')
  const owner = spawn(process.execPath, [program, dataDir], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: '/',
    ...(uid === undefined ? {} : { uid, gid: uid }),
  })
  const lines = createInterface({ input: owner.stdout })[Symbol.asyncIterator]()
  const { value } = await lines.next()
  return { owner, said: JSON.parse(String(value)) as OwnerLine, lines }
}

export async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  await once(child, 'exit')
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  // One that ended and was not waited for does not count.
  return process.platform !== 'linux' || !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
}

/** Waits for a condition; the test's own time limit ends a wait that is in vain. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await pause(10)
}
