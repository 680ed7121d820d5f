import { Client } from 'pg'
import { expect, test } from 'vitest'
import { testDatabase } from './database.ts'

test('every test database is its own, and goes with its scope', async () => {
  const names = new Set<string>()
  for (let round = 0; round < 3; round++) {
    await using database = await testDatabase()
    const client = new Client(database.url)
    await client.connect()
    const { rows } = await client.query<{ name: string }>('select current_database() as name')
    for (const { name } of rows) names.add(name)
    await client.end()
  }
  expect(names.size).toBe(3)
})
