import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { testRun } from './database.ts'
import { placeOf, removeCluster } from './remove-cluster.ts'

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
  const parent = mkdtempSync(join(testRun().scratch, 'cluster-'))
  chmodSync(parent, mode)
  if (uid !== undefined) chownSync(parent, uid, uid)
  const dataDir = join(parent, 'data')
  // Making a cluster takes 0.6 s, copying one 0.1 s. cp and not cpSync, which would not keep the owner.
  if (copyOf !== undefined) execFileSync('cp', ['-a', copyOf.dataDir, dataDir])
  return {
    dataDir,
    place: () => placeOf(dataDir),
    data: () => join(placeOf(dataDir), 'cluster', 'data'),
    async [Symbol.asyncDispose]() {
      await removeCluster(dataDir)
      rmSync(parent, { recursive: true, force: true })
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
    stdio: ['pipe', 'pipe', 'inherit'],
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
