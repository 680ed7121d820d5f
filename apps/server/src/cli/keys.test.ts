import { spawn } from 'node:child_process'
import { KeyRing } from '@chartwire/db'
import { Client } from 'pg'
import { expect, test } from 'vitest'
import { chartwire, chartwireProgram } from '../../test/chartwire.ts'
import { operatedDatabase } from '../../test/operated-database.ts'

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

/** As many encrypted answers as it takes to catch a rotation on its way. */
async function storeAnswers(url: string, { ring, count }: { ring: string; count: number }): Promise<void> {
  const keys = KeyRing.parse(ring)
  const ids = Array.from({ length: count }, (_, index) => `key-${String(index).padStart(6, '0')}`)
  const answers = ids.map((id) => keys.encrypt(id, { table: 'idempotency_key', column: 'answer', id: `user:1/${id}` }))
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query(
    `insert into idempotency_key (scope, key, procedure, input_hash, answer, created_at)
     select 'user:1', id, 'patients.register', '\\x00', answer, now() from unnest($1::text[], $2::bytea[]) as v(id, answer)`,
    [ids, answers],
  )
  await client.end()
}

test(
  'keys rotate goes on after kill -9, and status says which keys are free to drop then',
  { timeout: 240_000 },
  async () => {
    await using operated = await operatedDatabase()
    const middle = `${KeyRing.generate(2)},${operated.ring}`
    const ring = `${KeyRing.generate(3)},${middle}`
    const env = { ...operated.env, CHARTWIRE_KEYS: ring }
    const count = 1_500
    await storeAnswers(operated.url, { ring: middle, count })
    const before = await chartwire(['keys', 'status'], env)
    expect(before).toMatchObject({ code: 0, out: expect.stringMatching(/idempotency_key\.answer +2 +1500 +older/) })
    expect(before.out).not.toContain('Free to drop')

    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', chartwireProgram, 'keys', 'rotate', '--batch', '5'],
      {
        env: { PATH: process.env['PATH'], ...env },
        stdio: 'ignore',
      },
    )
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    const client = new Client({ connectionString: operated.url })
    await client.connect()
    const rowsOf = async (id: number) => {
      const found = await client.query<{ count: number }>(
        'select count(*)::int count from idempotency_key where get_byte(answer, 1) = $1',
        [id],
      )
      return found.rows[0]?.count ?? 0
    }
    await expect.poll(() => rowsOf(3), { timeout: 120_000, interval: 5 }).toBeGreaterThan(0)
    child.kill('SIGKILL')
    await gone
    const done = await rowsOf(3)
    expect(done).toBeLessThan(count)
    const { rows } = await client.query<{ place: string; after: string }>('select place, after from rewrap_cursor')
    expect(rows).toMatchObject([{ place: 'idempotency_key.answer' }])
    await client.end()

    const rest = await chartwire(['keys', 'rotate'], env)
    expect(rest).toMatchObject({
      code: 0,
      out: expect.stringMatching(new RegExp(`idempotency_key\\.answer +${count - done} +0`)),
    })
    expect(await chartwire(['keys', 'status'], env)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/Key 1 makes the indexes and the audit chain: it stays\.\nFree to drop[^\n]*: 2\n/),
    })
    // Without the key that was in between everything reads; of a ring without the newest nothing would.
    const [newest] = ring.split(',')
    const shorter = { ...env, CHARTWIRE_KEYS: `${newest},${operated.ring}` }
    expect(await chartwire(['keys', 'status'], shorter)).toMatchObject({ code: 0 })
  },
)
