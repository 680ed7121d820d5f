import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { expect, it } from 'vitest'
import { dropLogins, testDatabase, testRun } from '../../test/database.ts'
import { KeyRing } from '../encryption/key-ring.ts'
import { createDatabase, databaseUrl, dropDatabase } from '../postgres/index.ts'
import { DatabaseRightsError } from './groups.ts'
import { ensureLogins, loginName } from './logins.ts'

const keysOf = () => KeyRing.parse(KeyRing.generate())

async function whoIs(url: string): Promise<string | undefined> {
  const client = new Client(url)
  await client.connect()
  const { rows } = await client.query<{ me: string }>('select current_user::text me')
  await client.end()
  return rows[0]?.me
}

it('processes that open a new database at once agree on its logins', async () => {
  await using database = await testDatabase()
  const keys = keysOf()
  const opened = await Promise.all([1, 2, 3].map(() => ensureLogins(database.url, keys)))
  expect(new Set(opened.map(({ app }) => app)).size).toBe(1)
  for (const { app, system } of opened) expect(await whoIs(app)).not.toBe(await whoIs(system))
})

it('a login whose password another key ring made opens again for the ring that asks', async () => {
  await using database = await testDatabase()
  const before = await ensureLogins(database.url, keysOf())
  const after = await ensureLogins(database.url, keysOf())
  expect(await whoIs(after.app)).toMatch(/^chartwire_app_/)
  await expect(whoIs(before.app)).rejects.toMatchObject({ code: '28P01' })
})

it('long names of databases make different logins', () => {
  const [one, other] = ['a', 'b'].map((end) => loginName('app', `${'x'.repeat(62)}${end}`))
  expect(one).not.toBe(other)
  expect(Buffer.byteLength(one ?? '')).toBeLessThanOrEqual(63)
})

it('an owner who may not make roles is told which SQL helps', async () => {
  const { serverUrl } = testRun()
  const name = `test_${randomBytes(8).toString('hex')}`
  const root = new Client(serverUrl)
  await root.connect()
  await createDatabase(serverUrl, name)
  try {
    await root.query(`create role ${name} login password 'secret'`)
    await root.query(`alter database ${name} owner to ${name}`)
    const url = new URL(databaseUrl(serverUrl, name))
    url.username = name
    url.password = 'secret'
    const opening = ensureLogins(url.href, keysOf())
    await expect(opening).rejects.toBeInstanceOf(DatabaseRightsError)
    await expect(opening).rejects.toThrow(`ALTER ROLE ${name} CREATEROLE`)
    await root.query(`alter role ${name} createrole`)
    await root.query(`grant chartwire_app, chartwire_system to ${name} with admin option`)
    const keys = keysOf()
    expect(await whoIs((await ensureLogins(url.href, keys)).app)).toBe(loginName('app', name))
  } finally {
    await dropDatabase(serverUrl, name)
    await dropLogins(root, name)
    await root.query(`drop role if exists ${name}`)
    await root.end()
  }
})
