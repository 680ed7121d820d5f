import type { Ctx } from '../kernel/context.ts'
import { type AttemptKind, forgiveAttempt, limitAttempts } from './limit-attempts.ts'

/** Failures that one network address may have in ten minutes. A hospital's whole staff may share an address. */
const most = 100
const withinSeconds = 600

/** Where an attempt comes from: the request, as far as this needs it. */
export type Attempt = Pick<Ctx, 'db' | 'address' | 'now'>

/**
 * Counts an attempt against the network address it came from, so that one address cannot try one password on many
 * accounts. Without an address (a command, the alarm sweep) nothing is counted.
 *
 * @throws DomainError `too_many`
 */
export async function countAtAddress({ db, address, now }: Attempt, what: AttemptKind): Promise<void> {
  if (address !== undefined) await limitAttempts(db, { what, subject: address, most, withinSeconds }, now())
}

/** Gives the attempt back when it succeeded: only failures use an address up. */
export async function forgiveAtAddress({ db, address }: Attempt, what: AttemptKind): Promise<void> {
  if (address !== undefined) await forgiveAttempt(db, { what, subject: address })
}

/** Does what may be tried without a session, its failures counted by address. @throws DomainError `too_many` */
export async function limitedByAddress<T>(ctx: Attempt, what: AttemptKind, work: () => Promise<T>): Promise<T> {
  await countAtAddress(ctx, what)
  const result = await work()
  await forgiveAtAddress(ctx, what)
  return result
}
