import { lagOf, type MonitorState } from '../vitals/monitor-state.ts'
import type { News2Patient } from '../vitals/news2.ts'
import { settle } from './ladder.ts'
import type { MissingDataRule, PatientRules } from './rules.ts'
import { standingLag, standingStep } from './standing.ts'
import { type Tracks, withTrack } from './tracks.ts'
import type { Transition } from './transition.ts'

/**
 * The alarms when time has passed and no reading came; call it every few seconds for each monitored patient. It raises
 * missing data, confirms a breach that no later value contradicted (the one critical value of a spot check), ends a
 * recovery in the same way, and withdraws alarms whose rule is gone.
 *
 * Calling it often, rarely or never changes nothing about what later readings lead to, missing data apart: a reading
 * first lets the time before it pass. `now` is server time in epoch milliseconds.
 */
export function evaluateSilence(input: {
  state: MonitorState
  rules: PatientRules
  patient: News2Patient
  now: number
}): { state: MonitorState; transitions: Transition[] } {
  const { state, rules, patient, now } = input
  const transitions: Transition[] = []
  let { tracks }: { tracks: Tracks } = state

  for (const [family, track] of Object.entries(state.tracks)) {
    if (rules.missing.has(family)) continue
    const ladder = rules.ladders[family]
    const standing = ladder && standingStep(ladder, state, patient)
    if (ladder !== undefined && standing !== undefined) {
      // A clock that runs behind must not make its values look hours old: time passes from where that clock stood.
      const deviceNow = now - standingLag(ladder, state)
      tracks = withTrack(tracks, family, settle(ladder, track, { standing, now: deviceNow, transitions }))
    } else {
      if (track.open !== undefined) {
        transitions.push({ type: 'resolve', rule: track.open, at: now, reason: 'withdrawn' })
      }
      tracks = withTrack(tracks, family, undefined)
    }
  }

  let isWholeMonitorSilent = false
  for (const rule of rules.missing.values()) {
    const silentSince = lastHeard(state, rule)
    const isSilent = silentSince !== undefined && now - silentSince > rule.afterMs
    const isOpen = tracks[rule.rule] !== undefined
    if (rule.parameter === undefined) isWholeMonitorSilent = isSilent || isOpen
    if (rule.parameter !== undefined && isWholeMonitorSilent) {
      if (!isOpen) continue
      transitions.push({ type: 'resolve', rule: rule.rule, at: now, reason: 'superseded' })
      tracks = withTrack(tracks, rule.rule, undefined)
    } else if (isSilent && !isOpen) {
      const { parameter, level } = rule
      transitions.push({
        type: 'raise',
        rule: rule.rule,
        level,
        ...(parameter && { parameter }),
        since: silentSince,
        at: silentSince + rule.afterMs,
      })
      tracks = withTrack(tracks, rule.rule, { open: rule.rule })
    }
  }
  return { state: tracks === state.tracks ? state : { ...state, tracks }, transitions }
}

/**
 * Silence this long may soon be an alarm. At most half of the shortest silence that is one: whatever is looked at from then
 * on, and whatever brings readings more rarely, is not too late.
 */
export const WATCHED_SILENCE_MS = 45_000

/**
 * Whether time alone may soon change the patient's alarms although readings come in: a rule stands anywhere but at rest, or
 * something whose silence alarms was last heard a while ago. A lead that is off, or a probe that sends nothing but zeros, is
 * silent while its monitor is not.
 */
export function isAlerting(state: MonitorState, { missing }: PatientRules, now: number): boolean {
  for (const _ in state.tracks) return true
  for (const rule of missing.values()) {
    const last = lastHeard(state, rule)
    if (last !== undefined && now - last > WATCHED_SILENCE_MS) return true
  }
  return false
}

/** Server time of the last sign; undefined for what was never measured and so is not missed. */
function lastHeard(state: MonitorState, rule: MissingDataRule): number | undefined {
  if (rule.parameter === undefined) return state.heardAt
  const measured = state.latest[rule.parameter]
  return measured && measured.at + lagOf(measured)
}
