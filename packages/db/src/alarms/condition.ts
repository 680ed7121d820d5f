/** One limit of a rule: a value beyond it is a breach, one at or behind `exit` is a recovery, between is neither. */
export interface Rung {
  /** The rule's stable key. */
  rule: string
  limit: number
  exit: number
  dwellMs: number
}

/** Which side of a limit is the bad one. */
export type Side = 'low' | 'high'

/** A breach in progress. Times are epoch milliseconds. */
export interface Condition {
  /** The first breaching value's time. */
  since: number
  /** The breach has outlasted its dwell. */
  confirmed?: true
  /** The first value of a recovery that has not outlasted the dwell yet. */
  recoveringSince?: number
  /** Where an unbroken run of values begins, when later than `since`. */
  runSince?: number
}

export interface Seen {
  value: number
  at: number
  /** A value that is only a lower bound may confirm a breach but never end one. */
  isLowerBound?: boolean
}

export function isBreach(rung: Rung, side: Side, value: number): boolean {
  return side === 'low' ? value < rung.limit : value > rung.limit
}

function isRecovery(rung: Rung, side: Side, value: number): boolean {
  return side === 'low' ? value >= rung.exit : value <= rung.exit
}

/** The condition after a new value: the same object when nothing changed, undefined when there is none (any more). */
export function follow(rung: Rung, side: Side, condition: Condition | undefined, seen: Seen): Condition | undefined {
  const { value, at } = seen
  if (condition?.confirmed === undefined) {
    if (!isBreach(rung, side, value)) return undefined
    const since = condition?.since ?? at
    return at - since >= rung.dwellMs ? { since, confirmed: true } : (condition ?? { since })
  }
  if (seen.isLowerBound === true || !isRecovery(rung, side, value)) {
    if (condition.recoveringSince === undefined) return condition
    const { recoveringSince: _, ...rest } = condition
    return rest
  }
  const recoveringSince = condition.recoveringSince ?? at
  if (at - recoveringSince >= rung.dwellMs) return undefined
  return condition.recoveringSince === undefined ? { ...condition, recoveringSince } : condition
}

/**
 * When silence alone decides the condition, Infinity when there is nothing to decide: a value that none contradicts
 * stands, be it a breach or a recovery.
 */
export function decisionDue(
  rung: Rung,
  condition: Condition,
  { valueAt, standsAfterMs }: { valueAt: number; standsAfterMs: number },
): number {
  const from = condition.confirmed === undefined ? condition.since : condition.recoveringSince
  return from === undefined ? Infinity : Math.max(from + rung.dwellMs, valueAt + standsAfterMs)
}

/** The condition once silence has decided it: a pending breach is confirmed, a pending recovery ends it. */
export function decide(condition: Condition): Condition | undefined {
  return condition.confirmed === undefined ? { ...condition, confirmed: true } : undefined
}
