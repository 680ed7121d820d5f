import type { Ctx } from '../kernel/context.ts'
import { invalid } from '../kernel/errors.ts'

export const minutesLimits = { least: 5, most: 12 * 60, usual: 30 } as const
/** A date further away is a slip of the pen. */
const daysAhead = 731

export interface Span {
  startsAt: Date
  endsAt: Date
}

/**
 * The span that is asked for: from now on, or begun a few minutes ago where that may be, within two years, from 5 minutes to 12 hours, across midnight if need be.
 *
 * @throws DomainError `invalid`
 */
export function spanOf(
  ctx: Pick<Ctx, 'now'>,
  { startsAt, minutes, begunMinutesAgo = 0 }: { startsAt: string; minutes: number; begunMinutesAgo?: number },
): Span {
  const start = new Date(startsAt)
  const now = ctx.now()
  const { least, most } = minutesLimits
  if (!Number.isInteger(minutes) || minutes < least || minutes > most) {
    throw invalid('minutes', `from ${least} to ${most}`)
  }
  if (!(start.getTime() >= now.getTime() - begunMinutesAgo * 60_000)) throw invalid('startsAt', 'now or later')
  if (start.getTime() > now.getTime() + daysAhead * 86_400_000) throw invalid('startsAt', 'within two years')
  return { startsAt: start, endsAt: new Date(start.getTime() + minutes * 60_000) }
}

export function minutesOf({ startsAt, endsAt }: Span): number {
  return (endsAt.getTime() - startsAt.getTime()) / 60_000
}
