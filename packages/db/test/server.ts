/**
 * The database server of one test run, in a process of its own: whatever ends the run (its last test, Ctrl-C, a kill
 * -9) closes our standard input, and then the server stops and its folder goes. Says its address on standard output.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import { startPostgres } from '../src/postgres/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'chartwire-test-'))
try {
  chmodSync(folder, 0o755)
  await using server = await startPostgres({
    dataDir: join(folder, 'data'),
    // Nothing here has to survive anything.
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', shared_buffers: '128MB' },
  })
  process.stdout.write(`${server.url('postgres')}\n`)
  process.stdin.resume()
  await once(process.stdin, 'close')
} finally {
  rmSync(folder, { recursive: true, force: true })
}
