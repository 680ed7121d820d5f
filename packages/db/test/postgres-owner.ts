/**
 * A process that owns an embedded PostgreSQL, for tests that kill it: `postgres-owner.ts <data folder>`. Says
 * what it got in one line; on SIGINT it drains with a last query, stops the server and says so.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { Client } from 'pg'
import { startPostgres } from '../src/postgres/index.ts'

const [dataDir = ''] = process.argv.slice(2)
try {
  const server = await startPostgres({ dataDir, settings: { fsync: 'off' } })
  const { pid, adopted } = server
  // A test run that ends takes this process with it.
  process.stdin.once('close', () => process.exit()).resume()
  process.once('SIGINT', () => {
    void (async () => {
      // Long enough for a server in the same process group to be gone.
      await pause(200)
      const client = new Client(server.url('postgres'))
      await client.connect()
      await client.query('select 1')
      await client.end()
      await server.stop()
      say({ drained: true })
      process.stdin.destroy()
    })()
  })
  say({ pid, adopted, port: server.port, url: server.url('postgres') })
} catch (error) {
  say({ error: String(error), code: error instanceof Error && 'code' in error ? error.code : undefined })
}

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}
