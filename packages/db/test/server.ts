/**
 * The database server of one test run, in a process of its own: whatever ends the run (its last test, Ctrl-C, a kill
 * -9) closes our standard input; then the server stops, and the run's folder goes with every cluster that a test left in
 * it. Says its address and the folder on standard output.
 */
import { once } from 'node:events'
import { chmodSync, globSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from '../src/postgres/index.ts'
import { removeCluster } from './remove-cluster.ts'

// The run may be over before it has heard from us.
process.stdout.on('error', () => {})
const scratch = mkdtempSync(join(tmpdir(), 'chartwire-test-'))
try {
  chmodSync(scratch, 0o755)
  const server = await startPostgres({
    dataDir: join(scratch, 'server'),
    // Nothing here has to survive anything; databases are copied and dropped all the time.
    settings: {
      fsync: 'off',
      synchronous_commit: 'off',
      full_page_writes: 'off',
      wal_level: 'minimal',
      max_wal_senders: '0',
      autovacuum: 'off',
      shared_buffers: '128MB',
      file_copy_method: 'clone',
    },
  })
  process.stdout.write(`${JSON.stringify({ serverUrl: server.url('postgres'), scratch })}\n`)
  process.stdin.resume()
  await once(process.stdin, 'close')
} finally {
  for (const dataDir of globSync(join(scratch, '{server,cluster-*/*}'))) await removeCluster(dataDir)
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 })
}
