import { expect, it } from 'vitest'
import { createPool } from './sql.ts'
import { isUnavailable } from './sql-state.ts'

it.each([
  ['nobody listens', 'postgresql://somebody@127.0.0.1:1/chartwire'],
  ['no such host', 'postgresql://somebody@database.invalid/chartwire'],
])('a database that cannot be reached is away, which passes: %s', async (_, url) => {
  const pool = createPool(url, 1)
  try {
    expect(await pool.query('select 1').then(() => 'answered', isUnavailable)).toBe(true)
  } finally {
    await pool.end()
  }
})

it('what the database refuses, and what is no error of its, is not away', () => {
  expect(isUnavailable(Object.assign(new Error('duplicate key'), { code: '23505' }))).toBe(false)
  expect(isUnavailable(new TypeError('undefined is not a function'))).toBe(false)
})
