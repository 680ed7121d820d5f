import { Client } from 'pg'
import { expect, it } from 'vitest'
import { testDatabase } from '../../test/database.ts'
import { migrate } from '../migrate.ts'

it('a database that lost its policies and grants gets them back by the next migrate', async () => {
  await using database = await testDatabase()
  const owner = new Client(database.url)
  await owner.connect()
  const state = async () =>
    (
      await owner.query(
        `select tablename, policyname, cmd, roles::text, qual, with_check from pg_policies
          union all select relname, relacl::text, null, null, null, null from pg_class where relname in ('patient', 'ward')
          order by 1, 2`,
      )
    ).rows as object[]
  try {
    const before = await state()
    await owner.query('drop policy scope_select on patient')
    await migrate(database.url)
    expect(await state()).toEqual(before)
    await owner.query('revoke all on patient from chartwire_app')
    await migrate(database.url)
    expect(await state()).toEqual(before)
  } finally {
    await owner.end()
  }
})
