import { expect, test } from 'vitest'
import { postgresFolder } from '../../test/postgres-folder.ts'
import { isAlive } from '../../test/remove-cluster.ts'
import { startPostgres } from './index.ts'
import { stopPostmaster } from './postmaster.ts'

test('a server that does not answer to a polite request is ended all the same', async () => {
  await using folder = postgresFolder()
  const { pid } = await startPostgres({ dataDir: folder.dataDir, settings: { fsync: 'off' } })
  process.kill(pid, 'SIGSTOP')
  const said: string[] = []
  await stopPostmaster(folder.data(), pid, {
    log: (line) => said.push(line),
    steps: [
      { signal: 'SIGINT', patienceMs: 100 },
      { signal: 'SIGKILL', patienceMs: 10_000 },
    ],
  })
  expect(isAlive(pid)).toBe(false)
  expect(said).toEqual([`PostgreSQL (process ${pid}) has not ended yet; sending SIGKILL`])
})
