import { lagOf, type Measured, type MonitorState } from '../vitals/monitor-state.ts'
import { news2, type News2Patient, type News2Result } from '../vitals/news2.ts'
import type { Ladder, Step } from './ladder.ts'
import { changeWithin, type Trend } from './trend.ts'

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
export function comparedValue(ladder: Ladder, measured: Measured<number>, trend: Trend | undefined): number {
  const { measure, windowMs } = ladder
  if (measure === 'value' || measure === 'news2') return measured.value
  if (trend === undefined || windowMs === undefined) return 0
  return changeWithin(trend, measured, { windowMs, direction: measure })
}

/** What a ladder compares in a state as it stands; undefined when the state has nothing to compare. */
export function standingStep(ladder: Ladder, state: MonitorState, patient: News2Patient): Step | undefined {
  const { parameter } = ladder
  if (parameter !== undefined) {
    const measured = state.latest[parameter]
    return measured && { value: comparedValue(ladder, measured, state.trends[parameter]), at: measured.at }
  }
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
