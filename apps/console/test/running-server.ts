import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../../..')

/** The real server, with the console as built, in a process of its own on a database of its own. */
export interface RunningServer {
  url: string
  /** As a power cut would. */
  kill: () => Promise<void>
  /** Again, on the same port and data. */
  start: () => Promise<void>
  stop: () => Promise<void>
}

export async function runServer(): Promise<RunningServer> {
  const folder = mkdtempSync(join(tmpdir(), 'chartwire-console-'))
  // Run by root, the database drops to another user, who must reach its folder.
  chmodSync(folder, 0o755)
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  let server: ChildProcess | undefined

  async function start() {
    server = spawn(process.execPath, [join(root, 'apps/server/src/main.ts')], {
      env: {
        ...process.env,
        DATABASE_URL: '',
        PUBLIC_URL: '',
        HOST: '127.0.0.1',
        PORT: String(port),
        CHARTWIRE_DATA: folder,
        CHARTWIRE_DEMO: 'off',
        // The one that the tests look through prints as well.
        CHARTWIRE_BROWSER: process.env['CHROMIUM_PATH'] ?? '',
        LOG_LEVEL: 'error',
        LOG_FORMAT: 'json',
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    for (let attempt = 0; attempt < 600; attempt += 1) {
      if (server.exitCode !== null) throw new Error(`The server ended with ${server.exitCode} while starting.`)
      const answer = await fetch(`${url}/ready`).catch(() => undefined)
      if (answer?.ok) return
      await new Promise((wake) => setTimeout(wake, 50))
    }
    throw new Error('The server did not become ready.')
  }

  async function end(signal: NodeJS.Signals) {
    if (!server || server.exitCode !== null || server.signalCode !== null) return
    const gone = once(server, 'exit')
    server.kill(signal)
    await gone
  }

  await start()
  return {
    url,
    start,
    kill: () => end('SIGKILL'),
    stop: async () => {
      await end('SIGTERM')
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

async function freePort(): Promise<number> {
  const probe = createServer()
  probe.listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new Error('No free port.')
  return address.port
}
