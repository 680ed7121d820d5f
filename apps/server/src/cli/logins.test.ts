import { expect, test } from 'vitest'
import { chartwire } from '../../test/chartwire.ts'
import { email, operatedDatabase, runSql } from '../../test/operated-database.ts'

test('sessions end signs a user out, by e-mail or id', async () => {
  await using operated = await operatedDatabase()
  expect(await operated.findSession()).not.toBeNull()
  expect(await chartwire(['sessions', 'end', '--user', email], operated.env)).toMatchObject({
    code: 0,
    out: '1 sessions ended.\n',
  })
  expect(await operated.findSession()).toBeNull()
  expect(await chartwire(['sessions', 'end', '--user', operated.userId], operated.env)).toMatchObject({
    out: '0 sessions ended.\n',
  })
  expect(await chartwire(['sessions', 'end', '--user', 'nobody@nowhere.example'], operated.env)).toMatchObject({
    code: 1,
  })
})

test('users reset-mfa takes the factors of who lost them, when told to', { timeout: 240_000 }, async () => {
  await using operated = await operatedDatabase()
  await runSql(
    operated.url,
    `insert into passkey (id, user_id, credential_id, public_key, counter, transports, name, created_at)
     select gen_random_uuid(), id, 'lost', '\\x00', 0, '', 'Phone', now() from app_user`,
  )
  expect(await chartwire(['users', 'reset-mfa', '--user', email], operated.env)).toMatchObject({ code: 2 })
  expect(await chartwire(['users', 'reset-mfa', '--user', email, '--yes'], operated.env)).toMatchObject({
    code: 0,
    out: '1 factors taken; the user is signed out.\n',
  })
  expect(await operated.findSession()).toBeNull()
  expect(
    await chartwire(['users', 'reset-mfa', '--user', 'nobody@nowhere.example', '--yes'], operated.env),
  ).toMatchObject({ code: 1 })
})

test('users reset-link prints a link that sets a new password', async () => {
  await using operated = await operatedDatabase()
  const { code, out } = await chartwire(['users', 'reset-link', '--user', email], operated.env)
  expect(code).toBe(0)
  const token = out.match(/#\/set-password\/([\w-]+)/)?.[1] ?? ''
  await operated.resetPassword(token)
  expect(await operated.findSession()).toBeNull()
  expect(await chartwire(['users', 'reset-link', '--user', 'nobody@nowhere.example'], operated.env)).toMatchObject({
    code: 1,
  })
})

test('admin grants, lists and revokes platform administrators, and keeps the last one', async () => {
  await using operated = await operatedDatabase()
  const { env } = operated
  expect(await chartwire(['admin', 'grant', '--user', 'nobody@nowhere.example'], env)).toMatchObject({ code: 1 })
  expect(await chartwire(['admin', 'grant', '--user', email], env)).toMatchObject({
    code: 0,
    out: `${operated.userId} is a platform administrator.\n`,
  })
  const made = await chartwire(['admin', 'grant', '--user', 'petra@platform.example', '--name', 'Petra'], env)
  expect(made).toMatchObject({ code: 0, out: expect.stringMatching(/#\/set-password\/[\w-]{32}\n/) })
  expect((await chartwire(['admin', 'list'], env)).out).toMatch(/Ada .*\n.*Petra /)
  expect(await chartwire(['admin', 'revoke', '--user', 'petra@platform.example'], env)).toMatchObject({ code: 0 })
  expect(await chartwire(['admin', 'revoke', '--user', email], env)).toMatchObject({
    code: 1,
    err: 'The platform keeps at least one administrator.\n',
  })
})
