import type { NumericParameter } from '../vitals/parameters.ts'
import { type Condition, decide, decisionDue, follow, isBreach, type Rung, type Seen, type Side } from './condition.ts'
import type { AlarmLevel } from './settings.ts'
import type { Raise, Transition } from './transition.ts'

/** The rules that watch one quantity on one side; the gravest that holds has the only open alarm of the family. */
export interface Ladder {
  family: string
  /** What is compared: the parameter's value, its change within the window, or the NEWS2 score. */
  measure: 'value' | 'rise' | 'fall' | 'news2'
  parameter?: NumericParameter
  /** Of a change. */
  windowMs?: number
  side: Side
  warning?: Rung
  critical?: Rung
  /** A critical alarm for a warning breach that values keep confirming for this long. */
  sustained?: { rule: string; afterMs: number }
  /** How long after a value silence confirms it. */
  standsAfterMs: number
}

/** Where a family stands. `open` is the key of the rule whose alarm is open. */
export interface Track {
  warning?: Condition
  critical?: Condition
  open?: string
}

/** A value for a ladder; `shown` when people know it by another number than the one compared. */
export interface Step extends Seen {
  shown?: number
}

/** The track after a value; `previous` is the value that stood before it. Transitions are appended to `transitions`. */
export function climb(
  ladder: Ladder,
  track: Track | undefined,
  { step, previous, transitions }: { step: Step; previous: Step | undefined; transitions: Transition[] },
): Track | undefined {
  // Time first, so that it makes no difference whether anybody evaluated the silence before this value.
  const held =
    track === undefined || previous === undefined
      ? track
      : settle(ladder, track, { standing: previous, now: step.at, transitions })
  const critical = ladder.critical && follow(ladder.critical, ladder.side, held?.critical, step)
  let warning = ladder.warning && follow(ladder.warning, ladder.side, held?.warning, step)
  if (
    warning !== undefined &&
    ladder.sustained !== undefined &&
    previous !== undefined &&
    warning.since < step.at &&
    step.at - previous.at > ladder.sustained.afterMs
  ) {
    // Two values hours apart are no evidence that the breach lasted in between.
    warning = { ...warning, runSince: step.at }
  }
  const next = announce(ladder, { warning, critical, open: held?.open }, { ...step, evidenceAt: step.at }, transitions)
  return next !== undefined && held !== undefined && isSame(next, held) ? held : next
}

/** The track once time has passed up to `now` with `standing` as the last value. */
export function settle(
  ladder: Ladder,
  track: Track,
  { standing, now, transitions }: { standing: Step; now: number; transitions: Transition[] },
): Track | undefined {
  let current: Track | undefined = track
  if (track.open !== undefined && !hasRule(ladder, track.open)) {
    current = announce(ladder, { ...track }, { ...standing, at: now, evidenceAt: standing.at }, transitions)
  }
  while (current !== undefined) {
    const { warning, critical, open }: Track = current
    const warningDue = due(ladder.warning, warning)
    const criticalDue = due(ladder.critical, critical)
    const at = Math.min(warningDue, criticalDue)
    if (at > now) return current
    const next = {
      warning: warning !== undefined && warningDue === at ? decide(warning) : warning,
      critical: critical !== undefined && criticalDue === at ? decide(critical) : critical,
      open,
    }
    current = announce(ladder, next, { ...standing, at, evidenceAt: standing.at }, transitions)
  }
  return undefined

  function due(rung: Rung | undefined, condition: Condition | undefined): number {
    if (rung === undefined || condition === undefined) return Infinity
    return decisionDue(rung, condition, { valueAt: standing.at, standsAfterMs: ladder.standsAfterMs })
  }
}

interface Standing {
  warning: Condition | undefined
  critical: Condition | undefined
  open: string | undefined
}

/** Opens and closes alarms so that exactly the gravest confirmed rule is open, and gives the track to keep. */
function announce(
  ladder: Ladder,
  now: Partial<Standing>,
  step: Step & { evidenceAt: number },
  transitions: Transition[],
): Track | undefined {
  let warning = ladder.warning === undefined ? undefined : now.warning
  const critical = ladder.critical === undefined ? undefined : now.critical
  const hasCriticalEnded = now.open !== undefined && now.open === ladder.critical?.rule && critical === undefined
  if (hasCriticalEnded && ladder.sustained !== undefined && warning !== undefined) {
    // A patient who improves to a warning is not at once critical again for how long it took.
    warning = { ...warning, runSince: step.at }
  }
  const gravest = gravestRule(ladder, { warning, critical, open: now.open }, step.evidenceAt)
  if (gravest?.rule !== now.open) {
    if (now.open !== undefined) {
      const reason = !hasRule(ladder, now.open)
        ? 'withdrawn'
        : now.open !== ladder.critical?.rule && warning?.confirmed === true
          ? 'superseded'
          : 'recovered'
      transitions.push({ type: 'resolve', rule: now.open, at: step.at, reason })
    }
    if (gravest !== undefined) transitions.push(raise(ladder, gravest, step))
  }
  if (warning === undefined && critical === undefined) return undefined
  const track: Track = {}
  if (warning !== undefined) track.warning = warning
  if (critical !== undefined) track.critical = critical
  if (gravest !== undefined) track.open = gravest.rule
  return track
}

function isSame(one: Track, other: Track): boolean {
  return one.warning === other.warning && one.critical === other.critical && one.open === other.open
}

interface Gravest {
  rule: string
  level: AlarmLevel
  rung: Rung
  since: number
}

function gravestRule(ladder: Ladder, standing: Standing, evidenceAt: number): Gravest | undefined {
  const { warning, critical, open } = standing
  if (ladder.critical !== undefined && critical?.confirmed === true) {
    return { rule: ladder.critical.rule, level: 'critical', rung: ladder.critical, since: critical.since }
  }
  if (ladder.warning === undefined || warning?.confirmed !== true) return undefined
  const { sustained } = ladder
  const isOpen = open === ladder.warning.rule || open === sustained?.rule
  // It returns after a critical only while it still holds, not for the rest of its recovery.
  if (!isOpen && warning.recoveringSince !== undefined) return undefined
  const isSustained =
    sustained !== undefined &&
    (open === sustained.rule || evidenceAt - (warning.runSince ?? warning.since) >= sustained.afterMs)
  return {
    rule: isSustained ? sustained.rule : ladder.warning.rule,
    level: isSustained ? 'critical' : 'warning',
    rung: ladder.warning,
    since: warning.since,
  }
}

function raise(ladder: Ladder, { rule, level, rung, since }: Gravest, step: Step): Raise {
  const transition: Raise = {
    type: 'raise',
    rule,
    level,
    value: step.shown ?? step.value,
    limit: rung.limit,
    since,
    at: step.at,
  }
  if (ladder.parameter !== undefined) transition.parameter = ladder.parameter
  return transition
}

function hasRule(ladder: Ladder, rule: string): boolean {
  return rule === ladder.critical?.rule || rule === ladder.warning?.rule || rule === ladder.sustained?.rule
}

/** Whether a value breaches any of the ladder's limits; without a track, one that does not needs no `climb`. */
export function breachesAny({ side, warning, critical }: Ladder, value: number): boolean {
  return (
    (warning !== undefined && isBreach(warning, side, value)) ||
    (critical !== undefined && isBreach(critical, side, value))
  )
}
