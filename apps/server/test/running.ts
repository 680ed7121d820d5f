import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Database, KeyRing, openDatabase } from '@chartwire/db'
import { startPostgres } from '@chartwire/db/postgres'
import { vi } from 'vitest'

const main = join(import.meta.dirname, '../src/main.ts')

/** The real server in a process of its own, on an embedded database of its own. */
export class Running implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'chartwire-crash-'))
  readonly url: string
  readonly #port: number
  #process: ChildProcess | undefined

  constructor(port: number) {
    this.#port = port
    this.url = `http://127.0.0.1:${port}`
    // Run by root, the database drops to another user, who must reach its folder.
    chmodSync(this.folder, 0o755)
  }

  async start(): Promise<void> {
    this.#process = spawn(process.execPath, [main], {
      env: {
        ...process.env,
        DATABASE_URL: '',
        PUBLIC_URL: '',
        HOST: '127.0.0.1',
        PORT: String(this.#port),
        CHARTWIRE_DATA: this.folder,
        CHARTWIRE_DEMO: 'off',
        LOG_LEVEL: 'error',
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    await vi.waitUntil(async () => (await fetch(`${this.url}/ready`).catch(() => null))?.ok, {
      timeout: 120_000,
      interval: 50,
    })
  }

  /** The exit code, of whom the signal did not end itself. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    const running = this.#process
    if (!running || running.exitCode !== null || running.signalCode !== null) return running?.exitCode ?? null
    const gone = once(running, 'exit')
    running.kill(signal)
    await gone
    return running.exitCode
  }

  get postmaster(): number {
    const location = join(this.folder, 'postgres', 'location')
    const place = existsSync(location) ? readFileSync(location, 'utf8').trim() : join(this.folder, 'postgres')
    return Number(readFileSync(join(place, 'cluster', 'data', 'postmaster.pid'), 'utf8').split('\n')[0])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end('SIGTERM')
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new Error('No free port.')
  return address.port
}

/** Opens the database of a server that has stopped. */
export async function withDatabaseOf<T>(folder: string, work: (db: Database) => Promise<T>): Promise<T> {
  const postgres = await startPostgres({ dataDir: join(folder, 'postgres') })
  try {
    const keys = KeyRing.parse(readFileSync(join(folder, 'keys'), 'utf8').trim())
    const db = await openDatabase({ url: postgres.url('chartwire'), keys, poolSize: 2 })
    try {
      return await work(db)
    } finally {
      await db.close()
    }
  } finally {
    await postgres.stop()
  }
}
