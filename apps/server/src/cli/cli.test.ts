import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { buffer, text } from 'node:stream/consumers'
import { anonymous, contextOf, KeyRing, openDatabase, resetPassword, signIn, signUpHospital } from '@chartwire/db'
import { testDatabase } from '@chartwire/db/testing'
import { Client } from 'pg'
import { expect, test } from 'vitest'

const main = join(import.meta.dirname, 'main.ts')
const email = 'ada@hospital.example'
const password = 'a long enough pass phrase'

interface Outcome {
  code: number | null
  out: string
  err: string
}

/** Runs `chartwire` as an operator does; without DATABASE_URL it must not touch a database at all. */
async function chartwire(args: readonly string[], env: Record<string, string> = {}): Promise<Outcome> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args], {
    env: { PATH: process.env['PATH'], DATABASE_URL: 'postgresql://127.0.0.1:1/none', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve))
  const [out, err] = await Promise.all([text(child.stdout), buffer(child.stderr)])
  return { code: await closed, out, err: err.toString() }
}

/** A database with one hospital and its administrator signed in, and the environment that reaches it. */
async function operatedDatabase() {
  const database = await testDatabase()
  const ring = KeyRing.generate()
  const db = await openDatabase({ url: database.url, keys: KeyRing.parse(ring), poolSize: 2 })
  const ctx = contextOf({ actor: anonymous, db })
  await signUpHospital(ctx, {
    hospital: { name: 'Operated Hospital', timeZone: 'Europe/Vienna' },
    admin: { name: 'Ada', email, password },
  })
  const { token, user } = await signIn(ctx, { email, password, userAgent: null })
  return {
    url: database.url,
    ring,
    userId: user.id,
    findSession: () => db.sessions.findFresh(token),
    resetPassword: (link: string) => resetPassword(ctx, { token: link, password: 'yet another pass phrase' }),
    env: { DATABASE_URL: database.url, CHARTWIRE_KEYS: ring },
    [Symbol.asyncDispose]: async () => {
      await db.close()
      await database[Symbol.asyncDispose]()
    },
  }
}

async function sql(url: string, ...statements: string[]): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  for (const statement of statements) await client.query(statement)
  await client.end()
}

test('help of the command and of every group needs no database', async () => {
  const { code, out } = await chartwire(['--help'])
  expect(code).toBe(0)
  const groups = [...out.matchAll(/^ {2}([a-z-]+) {2,}/gm)].map(([, name = '']) => name)
  expect(groups).toContain('audit')
  for (const group of groups) expect(await chartwire([group, '--help'])).toMatchObject({ code: 0, err: '' })
})

test('what makes no sense is exit code 2 and one readable line, what cannot be used is 3', async () => {
  expect(await chartwire(['dance'])).toMatchObject({ code: 2, err: expect.stringContaining('no command "dance"') })
  expect(await chartwire(['audit', 'dance'])).toMatchObject({ code: 2 })
  expect(await chartwire(['sessions', 'end'])).toMatchObject({ code: 2, err: expect.stringContaining('--user') })
  const unreachable = await chartwire(['hospital', 'list'])
  expect(unreachable).toMatchObject({
    code: 3,
    out: '',
    err: expect.stringMatching(/^DATABASE_URL: cannot connect[^\n]*\n$/),
  })
  expect(await chartwire(['hospital', 'list'], { PORT: 'x' })).toMatchObject({
    code: 3,
    err: expect.stringMatching(/^PORT: /),
  })
})

test('a fresh ring is one that the server accepts, a rotated one keeps the old key', async () => {
  const { out } = await chartwire(['keys', 'generate'])
  expect(KeyRing.parse(out.trim()).ids).toEqual([1])
  const rotated = await chartwire(['keys', 'generate', '--rotate'], { CHARTWIRE_KEYS: out.trim() })
  expect(KeyRing.parse(rotated.out.trim()).ids).toEqual([2, 1])
  expect(rotated.out).toContain(out.trim())
})

test('keys status counts values per key, and a key that is missing from the ring is exit code 1', async () => {
  await using operated = await operatedDatabase()
  expect(await chartwire(['keys', 'status'], operated.env)).toMatchObject({
    code: 0,
    out: expect.stringMatching(/app_user\.email_cipher +1 +1 +current/),
  })
  const other = await chartwire(['keys', 'status'], { ...operated.env, CHARTWIRE_KEYS: KeyRing.generate(7) })
  expect(other).toMatchObject({ code: 1, out: expect.stringContaining('NOT IN THE RING') })
})

test('audit verify passes an untouched log and names the first entry that was edited', async () => {
  await using operated = await operatedDatabase()
  expect(await chartwire(['audit', 'verify'], operated.env)).toMatchObject({
    code: 0,
    out: expect.stringMatching(/Operated Hospital +\d+ +intact/),
  })
  await sql(
    operated.url,
    'alter table audit_entry disable trigger user',
    `update audit_entry set actor = 'nobody' where seq = 1 and chain in (select id from hospital)`,
  )
  expect(await chartwire(['audit', 'verify'], operated.env)).toMatchObject({
    code: 1,
    out: expect.stringMatching(/Operated Hospital +0 +EDITED at entry 1/),
  })
})

test('audit export writes the entries of a span as JSON lines, the export itself among them', async () => {
  await using operated = await operatedDatabase()
  const all = await chartwire(['audit', 'export', '--hospital', 'Operated Hospital'], operated.env)
  const entries = all.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { seq: number; action: string; actor: string })
  expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 1))
  expect(entries.at(-1)).toMatchObject({ action: 'audit.export', actor: 'system:operator' })
  const past = await chartwire(
    ['audit', 'export', '--hospital', 'Operated Hospital', '--until', '2020-01-01'],
    operated.env,
  )
  expect(past).toMatchObject({ code: 0, out: '' })
  expect(await chartwire(['audit', 'export', '--hospital', 'Elsewhere'], operated.env)).toMatchObject({ code: 1 })
})

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

test('an expired month is dropped only when told to', async () => {
  await using operated = await operatedDatabase()
  await sql(
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
