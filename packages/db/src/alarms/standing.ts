import { lagOf, type LatestValues, type MonitorState } from '../vitals/monitor-state.ts'
import { news2, type News2Patient, type News2Result } from '../vitals/news2.ts'
import type { Ladder, Step } from './ladder.ts'
import { changeWithin } from './trend.ts'

/**
 * What a NEWS2 ladder compares: a single 3 weighs as much as a total of 5. A score that lost a parameter to staleness
 * is a lower bound of what it was: it may raise, but it is no recovery. Undefined when the patient is not scored.
 */
export function news2Step(score: News2Result, at: number): Step | undefined {
  if (score.status === 'refused') return undefined
  const value = score.hasSingleThree ? Math.max(score.score, 5) : score.score
  return { value, shown: score.score, at, isLowerBound: score.stale.length > 0 }
}

/** What a parameter's ladder compares for a value, given the trend before it. */
export function parameterStep(
  ladder: Ladder,
  { latest, trends }: { latest: LatestValues; trends: MonitorState['trends'] },
): Step | undefined {
  const measured = ladder.parameter && latest[ladder.parameter]
  if (measured === undefined || ladder.parameter === undefined) return undefined
  if (ladder.measure !== 'rise' && ladder.measure !== 'fall') return measured
  const value = changeWithin(trends[ladder.parameter] ?? [], measured, {
    windowMs: ladder.windowMs ?? 0,
    direction: ladder.measure,
  })
  return { value, at: measured.at }
}

/** What a ladder compares in a state as it stands. */
export function standingStep(ladder: Ladder, state: MonitorState, patient: News2Patient): Step | undefined {
  if (ladder.measure !== 'news2') return parameterStep(ladder, state)
  if (state.at === undefined) return undefined
  return news2Step(news2({ patient, current: state.latest, at: state.at }), state.at)
}

/** How far the time of what a ladder compares lies behind the server's. */
export function standingLag(ladder: Ladder, { latest, at }: MonitorState): number {
  const measured =
    ladder.parameter === undefined
      ? Object.values(latest).find((candidate) => candidate.at === at)
      : latest[ladder.parameter]
  return measured === undefined ? 0 : lagOf(measured)
}
