import type { LatestValues, MonitorState } from '../vitals/monitor-state.ts'
import type { News2Patient, News2Result } from '../vitals/news2.ts'
import type { Parameter } from '../vitals/parameters.ts'
import { breachesAny, climb, type Ladder, type Step } from './ladder.ts'
import type { PatientRules } from './rules.ts'
import { comparedValue, news2Step, standingStep } from './standing.ts'
import { type Tracks, withTrack } from './tracks.ts'
import type { Transition } from './transition.ts'
import { extendTrend } from './trend.ts'

export interface Observed {
  /** The state the observation found. */
  before: MonitorState
  /** The values with it. */
  latest: LatestValues
  /** The parameters it renewed; never empty. */
  fresh: readonly Parameter[]
  /** Its effective time, epoch milliseconds. */
  at: number
  /** The score with it. */
  news2: News2Result
  patient: News2Patient
  rules: PatientRules
}

/** The alarms after one observation: the tracks and trends to keep, and what to raise and resolve, in order. */
export function evaluate(observed: Observed): {
  tracks: Tracks
  trends: MonitorState['trends']
  transitions: Transition[]
} {
  const { before, latest, at, rules, patient } = observed
  const transitions: Transition[] = []
  let tracks = endReturnedOrWithdrawn(observed, transitions)
  const trends = { ...before.trends }

  for (const parameter of observed.fresh) {
    if (parameter === 'consciousness' || parameter === 'supplementalOxygen') continue
    const measured = latest[parameter]
    if (measured === undefined) continue
    const trend = before.trends[parameter]
    for (const ladder of rules.byParameter[parameter] ?? []) {
      const value = comparedValue(ladder, measured, trend)
      tracks = moved(tracks, ladder, { value, at: measured.at })
    }
    const windowMs = rules.trendWindowMs[parameter]
    if (windowMs !== undefined) trends[parameter] = extendTrend(trend ?? [], measured, windowMs)
  }
  const step = news2Step(observed.news2, at)
  if (step !== undefined) tracks = moved(tracks, rules.news2, step)
  return { tracks, trends, transitions }

  function moved(tracks: Tracks, ladder: Ladder, step: Step): Tracks {
    const track = tracks[ladder.family]
    if (track === undefined && !breachesAny(ladder, step.value)) return tracks
    const previous = track && standingStep(ladder, before, patient)
    return withTrack(tracks, ladder.family, climb(ladder, track, { step, previous, transitions }))
  }
}

/** Ends the alarms of missing data that has come, and of rules that no longer apply. */
function endReturnedOrWithdrawn(observed: Observed, transitions: Transition[]): Tracks {
  const { before, rules, fresh, at, news2 } = observed
  let { tracks }: { tracks: Tracks } = before
  for (const family in before.tracks) {
    const missing = rules.missing.get(family)
    const isReturned = missing !== undefined && (missing.parameter === undefined || fresh.includes(missing.parameter))
    const isScoreless = family === rules.news2.family && news2.status === 'refused'
    const isWithdrawn = missing === undefined && (rules.ladders[family] === undefined || isScoreless)
    if (!isReturned && !isWithdrawn) continue
    const open = before.tracks[family]?.open
    if (open !== undefined) {
      transitions.push({ type: 'resolve', rule: open, at, reason: isReturned ? 'recovered' : 'withdrawn' })
    }
    tracks = withTrack(tracks, family, undefined)
  }
  return tracks
}
