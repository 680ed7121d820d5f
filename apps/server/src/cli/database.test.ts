import { expect, test } from 'vitest'
import { chartwire } from '../../test/chartwire.ts'
import { operatedDatabase, runSql } from '../../test/operated-database.ts'

test('an expired month is dropped only when told to', async () => {
  await using operated = await operatedDatabase()
  await runSql(
    operated.url,
    `create table vital_reading_2001_01 partition of vital_reading for values from ('2001-01-01') to ('2001-02-01')`,
  )
  expect(await chartwire(['partitions', 'list'], operated.env)).toMatchObject({
    out: expect.stringMatching(/vital_reading_2001_01 .*expired/),
  })
  expect(await chartwire(['partitions', 'drop'], operated.env)).toMatchObject({
    code: 2,
    err: expect.stringContaining('vital_reading_2001_01'),
  })
  expect(await chartwire(['partitions', 'drop', '--yes'], operated.env)).toMatchObject({
    code: 0,
    out: 'dropped vital_reading_2001_01\n',
  })
  expect(await chartwire(['partitions', 'list'], operated.env)).toMatchObject({
    out: expect.not.stringContaining('2001'),
  })
})

test('database status and migrate find nothing left to do; a demo in a database of your own is not reset', async () => {
  await using operated = await operatedDatabase()
  const status = await chartwire(['database', 'status'], operated.env)
  expect(status).toMatchObject({ code: 0, out: expect.stringContaining('PostgreSQL 18') })
  expect(status.out).not.toContain('pending')
  expect(await chartwire(['database', 'migrate'], operated.env)).toMatchObject({ code: 0, out: 'Nothing to apply.\n' })
  expect(await chartwire(['demo', 'reset', '--yes'], operated.env)).toMatchObject({ code: 3 })
  expect(await chartwire(['hospital', 'list'], operated.env)).toMatchObject({
    out: expect.stringContaining('Operated Hospital'),
  })
})
