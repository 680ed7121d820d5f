import type { Ctx } from '../kernel/context.ts'
import { inPasswordLane, passwordMatches } from './passwords.ts'
import { countFailure, forgetFailures, refuseWhenLocked } from './sign-in-throttle.ts'

/**
 * Whether a password opens an account, every failure counted against the account's name, known or not. The lock is asked
 * again within the lane: of guesses sent at once, each waits for those before it and sees their count.
 *
 * @param subject blind index of the account's name
 * @param stored the account's hash; null when there is no such account, which takes as long
 * @throws DomainError `locked_out`
 */
export async function checkPassword(
  ctx: Pick<Ctx, 'db' | 'now'>,
  { subject, stored, password }: { subject: Buffer; stored: string | null; password: string },
): Promise<boolean> {
  const { sql } = ctx.db
  await refuseWhenLocked(sql, subject, ctx.now())
  return inPasswordLane(async () => {
    await refuseWhenLocked(sql, subject, ctx.now())
    const matches = await passwordMatches(stored, password)
    await (matches ? forgetFailures(sql, subject) : countFailure(sql, subject, ctx.now()))
    return matches
  })
}
