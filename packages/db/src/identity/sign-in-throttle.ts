import type { Query } from '../database/sql.ts'
import { DomainError } from '../kernel/errors.ts'

/** Failures before an account name is locked, and how fast the lock grows. Counted in the database, for all processes. */
const freeFailures = 5
const firstLockSeconds = 30
const longestLockSeconds = 3600
const forgetAfterSeconds = 24 * 3600

/** @throws DomainError `locked_out`, the same whether or not the account exists, and with no word on tries left */
export async function refuseWhenLocked(sql: Query, subject: Buffer, now: Date): Promise<void> {
  const [row] = await sql<{ lockedUntil: string | null }>({
    name: 'throttle_find',
    text: 'select locked_until "lockedUntil" from sign_in_throttle where subject = $1 and locked_until > $2',
    values: [subject, now],
  })
  if (!row?.lockedUntil) return
  throw new DomainError('locked_out', 'Too many failed sign-ins; wait before the next try.', {
    retryAfter: Math.ceil((Date.parse(row.lockedUntil) - now.getTime()) / 1000),
  })
}

const counting = `insert into sign_in_throttle as t (subject, failures, last_failure_at) values ($1, 1, $2)
  on conflict (subject) do update set
    failures = case when t.last_failure_at < $2::timestamptz - make_interval(secs => $3) then 1 else t.failures + 1 end,
    last_failure_at = $2,
    locked_until = case when t.last_failure_at >= $2::timestamptz - make_interval(secs => $3) and t.failures + 1 >= $4
      then $2::timestamptz + make_interval(secs => least($5 * power(2, t.failures + 1 - $4), $6)) end`

const limits = [forgetAfterSeconds, freeFailures, firstLockSeconds, longestLockSeconds]

/** One statement, so that parallel guesses are all counted. */
export async function countFailure(sql: Query, subject: Buffer, now: Date): Promise<void> {
  await sql({ name: 'throttle_count', text: counting, values: [subject, now, ...limits] })
}

/**
 * Counts a try before it is made, for what is checked so fast that guesses sent at once would pass a lock together.
 * Forget the failures when it was right.
 *
 * @throws DomainError `locked_out`
 */
export async function claimTry(sql: Query, subject: Buffer, now: Date): Promise<void> {
  const claimed = await sql({
    name: 'throttle_claim',
    text: `${counting} where t.locked_until is null or t.locked_until <= $2 returning subject`,
    values: [subject, now, ...limits],
  })
  if (claimed.length === 1) return
  await refuseWhenLocked(sql, subject, now)
  // The lock went between the two statements; whoever tries again gets their try.
  throw new DomainError('locked_out', 'Too many failed sign-ins; wait before the next try.', { retryAfter: 1 })
}

export async function forgetFailures(sql: Query, subject: Buffer): Promise<void> {
  await sql({ name: 'throttle_forget', text: 'delete from sign_in_throttle where subject = $1', values: [subject] })
}
