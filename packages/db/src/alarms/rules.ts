import type { NumericParameter } from '../vitals/parameters.ts'
import type { Rung, Side } from './condition.ts'
import type { Ladder } from './ladder.ts'
import type { AlarmLevel, AlarmSettings } from './settings.ts'
import type { Threshold } from './thresholds.ts'

/** The rule of an alarm that a person raises; no reading does. */
export const MANUAL_EMERGENCY_RULE = 'manual:emergency'

/** Nothing heard, of one parameter or of the whole monitor. Decided by time, never by a reading. */
export interface MissingDataRule {
  rule: string
  level: AlarmLevel
  parameter?: NumericParameter
  afterMs: number
}

/**
 * The rules of one patient, ready for the hot path: compile once per change of thresholds or settings, keep in memory.
 * Keys: `threshold:<parameter>:<level>:<side>`, `sustained:<parameter>:<side>`, `change:<parameter>:<rise|fall>`,
 * `news2:<medium|high>`, `missing:<parameter|monitor>`, and `MANUAL_EMERGENCY_RULE`.
 */
export interface PatientRules {
  /** Every ladder by its family. */
  ladders: Readonly<Record<string, Ladder>>
  /** The ladders that a value of a parameter moves. */
  byParameter: Readonly<Partial<Record<NumericParameter, readonly Ladder[]>>>
  news2: Ladder
  /** How far back a parameter's trend reaches; absent without a rate-of-change rule. */
  trendWindowMs: Readonly<Partial<Record<NumericParameter, number>>>
  /** By rule key, the whole monitor's first. */
  missing: ReadonlyMap<string, MissingDataRule>
}

/**
 * @param thresholds those that hold for the patient (`effectiveThresholds`), at most one per parameter and level
 * @param monitoring `continuous` while a device streams: only then is silence a fault; spot checks are silent between
 */
export function compileRules(input: {
  thresholds: readonly Threshold[]
  settings: AlarmSettings
  monitoring: 'continuous' | 'spot-checks'
}): PatientRules {
  const { settings } = input
  const news2 = news2Ladder(settings)
  const ladders: Record<string, Ladder> = { [news2.family]: news2 }
  const byParameter: Partial<Record<NumericParameter, Ladder[]>> = {}
  for (const ladder of [...thresholdLadders(input.thresholds, settings), ...changeLadders(settings)]) {
    ladders[ladder.family] = ladder
    ;(byParameter[ladder.parameter] ??= []).push(ladder)
  }
  const trendWindowMs: Partial<Record<NumericParameter, number>> = {}
  for (const { parameter, windowSeconds } of settings.changes) trendWindowMs[parameter] = windowSeconds * 1000
  const missing = new Map<string, MissingDataRule>()
  if (input.monitoring === 'continuous') for (const rule of missingDataRules(settings)) missing.set(rule.rule, rule)
  return { ladders, byParameter, news2, trendWindowMs, missing }
}

type ParameterLadder = Ladder & { parameter: NumericParameter }

function thresholdLadders(thresholds: readonly Threshold[], settings: AlarmSettings): ParameterLadder[] {
  const ladders: ParameterLadder[] = []
  for (const parameter of new Set(thresholds.map((threshold) => threshold.parameter))) {
    for (const side of ['low', 'high'] as const) {
      const ladder: ParameterLadder = {
        family: `${parameter}:${side}`,
        measure: 'value',
        parameter,
        side,
        standsAfterMs: settings.standsAfterSeconds * 1000,
      }
      for (const threshold of thresholds) {
        if (threshold.parameter !== parameter) continue
        const rung = thresholdRung(threshold, side)
        if (rung !== undefined) ladder[threshold.level] = rung
      }
      if (ladder.warning !== undefined) {
        ladder.sustained = { rule: `sustained:${parameter}:${side}`, afterMs: settings.sustainedMinutes * 60_000 }
      }
      if (ladder.warning !== undefined || ladder.critical !== undefined) ladders.push(ladder)
    }
  }
  return ladders
}

function thresholdRung(threshold: Threshold, side: Side): Rung | undefined {
  const limit = threshold[side]
  if (limit === null) return undefined
  return {
    rule: `threshold:${threshold.parameter}:${threshold.level}:${side}`,
    limit,
    exit: side === 'low' ? limit + threshold.exitMargin : limit - threshold.exitMargin,
    dwellMs: threshold.dwellSeconds * 1000,
  }
}

function changeLadders({ changes, standsAfterSeconds }: AlarmSettings): ParameterLadder[] {
  const ladders: ParameterLadder[] = []
  for (const { parameter, windowSeconds, dwellSeconds, ...limits } of changes) {
    for (const direction of ['rise', 'fall'] as const) {
      const limit = limits[direction]
      if (limit === undefined) continue
      ladders.push({
        family: `${parameter}:${direction}`,
        measure: direction,
        parameter,
        windowMs: windowSeconds * 1000,
        side: 'high',
        // Over once half of it is undone, or once the window has moved past it.
        warning: {
          rule: `change:${parameter}:${direction}`,
          limit,
          exit: limit / 2,
          dwellMs: dwellSeconds * 1000,
        },
        standsAfterMs: standsAfterSeconds * 1000,
      })
    }
  }
  return ladders
}

// RCP 2017, chart 2: 5 or 6 (or 3 in one parameter) is the threshold for an urgent response, 7 for an emergency one.
function news2Ladder({ news2: { dwellSeconds, exitMargin }, standsAfterSeconds }: AlarmSettings): Ladder {
  const dwellMs = dwellSeconds * 1000
  return {
    family: 'news2',
    measure: 'news2',
    side: 'high',
    warning: { rule: 'news2:medium', limit: 4, exit: 4 - exitMargin, dwellMs },
    critical: { rule: 'news2:high', limit: 6, exit: 6 - exitMargin, dwellMs },
    standsAfterMs: standsAfterSeconds * 1000,
  }
}

function missingDataRules({ missingData }: AlarmSettings): MissingDataRule[] {
  const whole = missingData.filter(({ parameter }) => parameter === undefined)
  const single = missingData.filter(({ parameter }) => parameter !== undefined)
  return [...whole, ...single].map(({ parameter, level, afterSeconds }) => {
    const rule: MissingDataRule = { rule: `missing:${parameter ?? 'monitor'}`, level, afterMs: afterSeconds * 1000 }
    if (parameter !== undefined) rule.parameter = parameter
    return rule
  })
}
