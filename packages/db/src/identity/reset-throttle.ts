import type { Query } from '../database/sql.ts'
import { DomainError } from '../kernel/errors.ts'

const most = 3
const windowSeconds = 3600

/**
 * Counts a link asked for under an account's name, known or not. One statement, so that requests sent at once are all
 * counted.
 *
 * @throws DomainError `too_many`
 */
export async function countResetRequest(sql: Query, subject: Buffer, now: Date): Promise<void> {
  const [row] = await sql<{ requests: number; startedAt: string }>({
    text: `insert into reset_throttle as t (subject, window_started_at, requests) values ($1, $2, 1)
           on conflict (subject) do update set
             requests = case when t.window_started_at <= $2::timestamptz - make_interval(secs => $3) then 1 else t.requests + 1 end,
             window_started_at = case when t.window_started_at <= $2::timestamptz - make_interval(secs => $3) then $2 else t.window_started_at end
           returning requests, window_started_at "startedAt"`,
    values: [subject, now, windowSeconds],
  })
  if (!row || row.requests <= most) return
  throw new DomainError('too_many', 'Too many links were asked for; wait before the next one.', {
    retryAfter: Math.ceil((Date.parse(row.startedAt) - now.getTime()) / 1000) + windowSeconds,
  })
}
