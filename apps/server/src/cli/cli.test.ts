import { expect, test } from 'vitest'
import { chartwire, chartwireProcess } from '../../test/chartwire.ts'
import { operatedDatabase } from '../../test/operated-database.ts'

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

test('as a process a command of each group ends by itself, with its code', { timeout: 240_000 }, async () => {
  await using operated = await operatedDatabase()
  const { env, userId } = operated
  const outcomes: Record<string, number> = {
    '--help': 0,
    dance: 2,
    'settings --env': 0,
    'keys status': 0,
    'database status': 0,
    'hospital list': 0,
    'admin revoke --user nobody@nowhere.example': 1,
    'users reset-mfa --user nobody@nowhere.example': 2,
    'patient export --patient x': 2,
    [`sessions end --user ${userId}`]: 0,
    'audit verify': 0,
    'partitions list': 0,
    'demo reset --yes': 3,
  }
  for (const [line, code] of Object.entries(outcomes)) {
    expect({ line, ...(await chartwireProcess(line.split(' '), env)) }).toMatchObject({ line, code })
  }
})
