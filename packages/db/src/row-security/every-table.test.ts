import { afterAll, beforeAll, expect, it } from 'vitest'
import { Client } from 'pg'
import { type TestDatabase, testDatabase } from '../../test/database.ts'
import { groups } from './groups.ts'
import { rowRules } from './rules.ts'

let database: TestDatabase
let owner: Client

beforeAll(async () => {
  database = await testDatabase()
  owner = new Client(database.url)
  await owner.connect()
})
afterAll(async () => {
  await owner.end()
  await database[Symbol.asyncDispose]()
})

interface Table {
  name: string
  isProtected: boolean
  policies: number
}

/** Every table of ours but the migrator's; a partition is reached through its parent alone. */
async function tables(): Promise<Table[]> {
  const { rows } = await owner.query<Table>(
    `select c.relname as name, c.relrowsecurity "isProtected",
            (select count(*)::int from pg_policy p where p.polrelid = c.oid) policies
       from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
        and not c.relispartition and c.relname <> 'migration' order by 1`,
  )
  return rows
}

it('every table has a rule of who sees its rows, and the policies that enforce it', async () => {
  const faults = (await tables()).flatMap(({ name, isProtected, policies }) => {
    if (!(name in rowRules))
      return `${name}: has no rule. Add one to rowRules in packages/db/src/row-security/rules.ts.`
    return isProtected && policies > 0 ? [] : `${name}: has a rule, and no policies in the database.`
  })
  expect(faults).toEqual([])
})

it('no rule stands for a table that is gone', async () => {
  const known = new Set((await tables()).map(({ name }) => name))
  expect(Object.keys(rowRules).filter((name) => !known.has(name))).toEqual([])
})

it('the app is granted nothing beyond its rules: no partition, no migration, no right but reading and writing rows', async () => {
  const { rows } = await owner.query<{ name: string; right: string }>(
    `select c.relname as name, acl.privilege_type "right"
       from pg_class c, aclexplode(c.relacl) acl join pg_roles r on r.oid = acl.grantee
      where r.rolname = any($1) and (c.relispartition or c.relname = 'migration'
         or acl.privilege_type not in ('SELECT', 'INSERT', 'UPDATE', 'DELETE'))`,
    [Object.values(groups)],
  )
  expect(rows).toEqual([])
})
