import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { expect, test } from 'vitest'
import { testRun } from '../test/database.ts'
import { migrate } from './migrate.ts'
import { createDatabase, databaseUrl, dropDatabase } from './postgres/index.ts'

test('two processes that migrate an empty database at once apply each migration once', async () => {
  const { serverUrl } = testRun()
  const name = `test_${randomBytes(8).toString('hex')}`
  await createDatabase(serverUrl, name)
  try {
    const url = databaseUrl(serverUrl, name)
    await Promise.all([migrate(url), migrate(url), migrate(url)])
    const client = new Client(url)
    await client.connect()
    const { rows } = await client.query<{ name: string }>('select name from migration order by name')
    await client.end()
    const files = readdirSync(join(import.meta.dirname, '..', 'migrations')).filter((file) => file.endsWith('.ts'))
    expect(rows.map((row) => `${row.name}.ts`)).toEqual(files.sort())
  } finally {
    await dropDatabase(serverUrl, name)
  }
})
