import type { Database } from '../database/open-database.ts'
import { DomainError } from '../kernel/errors.ts'

/** What is counted. A new kind of attempt gets a name here, so that two never share a count. */
export type AttemptKind =
  | 'sign-in'
  | 'sign-up'
  | 'invitation-accept'
  | 'invitation-issue'
  | 'code'
  | 'link'
  | 'password-reset'
  | 'document-open'
  | 'document-send'

export interface AttemptLimit {
  what: AttemptKind
  /** Whoever tries or whatever is tried: an address, a login's id, an e-mail in its normal form. Only its HMAC is stored. */
  subject: string
  /** Attempts that a window takes. */
  most: number
  withinSeconds: number
}

/**
 * Counts one attempt and refuses what is too many, in one statement, shared by all processes: of attempts made at once
 * each is counted. The window begins with its first attempt and what is refused does not lengthen it.
 *
 * Call it before the work and outside its transaction, so that an attempt that fails stays counted.
 *
 * @throws DomainError `too_many` with `retryAfter`, the same whatever the attempt would have come to
 */
export async function limitAttempts(
  { sql, keys }: Pick<Database, 'sql' | 'keys'>,
  { what, subject, most, withinSeconds }: AttemptLimit,
  now: Date,
): Promise<void> {
  const [count] = await sql<{ attempts: number; windowEndsAt: string }>({
    name: 'attempt_count',
    text: `insert into attempt_count as t (what, subject, attempts, window_ends_at)
           values ($1, $2, 1, $3::timestamptz + make_interval(secs => $4))
           on conflict (what, subject) do update set
             attempts = case when t.window_ends_at <= $3 then 1 else least(t.attempts + 1, 1000000) end,
             window_ends_at = case when t.window_ends_at <= $3 then excluded.window_ends_at else t.window_ends_at end
           returning attempts, window_ends_at "windowEndsAt"`,
    values: [what, keys.blindIndex('attempts', subject), now, withinSeconds],
  })
  if (count === undefined || count.attempts <= most) return
  throw new DomainError('too_many', 'Too many attempts; wait before the next one.', {
    retryAfter: Math.max(1, Math.ceil((Date.parse(count.windowEndsAt) - now.getTime()) / 1000)),
  })
}

/** Gives one attempt back: what succeeded was no guess. Only failures then use the limit up. */
export async function forgiveAttempt(
  { sql, keys }: Pick<Database, 'sql' | 'keys'>,
  { what, subject }: Pick<AttemptLimit, 'what' | 'subject'>,
): Promise<void> {
  await sql({
    name: 'attempt_forgive',
    text: 'update attempt_count set attempts = greatest(attempts - 1, 0) where what = $1 and subject = $2',
    values: [what, keys.blindIndex('attempts', subject)],
  })
}
