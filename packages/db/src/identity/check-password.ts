import type { Ctx } from '../kernel/context.ts'
import { countAtAddress, forgiveAtAddress } from '../limits/limit-address.ts'
import { inPasswordLane, passwordMatches } from './passwords.ts'
import { countFailure, forgetFailures, refuseWhenLocked } from './sign-in-throttle.ts'

/**
 * Whether a password opens an account, every failure counted against the account's name, known or not. The lock is asked
 * again within the lane: of guesses sent at once, each waits for those before it and sees their count. Failures count
 * against the network address too, which ends one password tried on many names.
 *
 * @param subject blind index of the account's name
 * @param stored the account's hash; null when there is no such account, which takes as long
 * @throws DomainError `locked_out`, `too_many`
 */
export async function checkPassword(
  ctx: Pick<Ctx, 'db' | 'address' | 'now'>,
  { subject, stored, password }: { subject: Buffer; stored: string | null; password: string },
): Promise<boolean> {
  const { sql } = ctx.db
  await countAtAddress(ctx, 'sign-in')
  await refuseWhenLocked(sql, subject, ctx.now())
  return inPasswordLane(async () => {
    await refuseWhenLocked(sql, subject, ctx.now())
    const matches = await passwordMatches(stored, password)
    await (matches ? forgetFailures(sql, subject) : countFailure(sql, subject, ctx.now()))
    if (matches) await forgiveAtAddress(ctx, 'sign-in')
    return matches
  })
}
