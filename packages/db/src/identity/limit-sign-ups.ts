import type { Ctx } from '../kernel/context.ts'
import { limitAttempts } from '../limits/limit-attempts.ts'
import { limitConfirmations } from './ask-to-confirm.ts'

/**
 * Call it before the transaction of a sign-up: so many an hour from one network address, and where mail is sent so many
 * letters to one inbox.
 *
 * @throws DomainError `too_many`
 */
export async function limitSignUps(
  ctx: Ctx,
  { email, mostPerHour }: { email: string; mostPerHour: number },
): Promise<void> {
  const { db, address } = ctx
  if (address !== undefined) {
    await limitAttempts(db, { what: 'sign-up', subject: address, most: mostPerHour, withinSeconds: 3_600 }, ctx.now())
  }
  if (db.outbound.isSent) await limitConfirmations(ctx, email)
}
