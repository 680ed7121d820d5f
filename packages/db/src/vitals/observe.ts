import { evaluate } from '../alarms/evaluate.ts'
import type { PatientRules } from '../alarms/rules.ts'
import type { Transition } from '../alarms/transition.ts'
import { type LatestValues, measure, type Measured, type MonitorState } from './monitor-state.ts'
import { news2, type News2Patient, type News2Result } from './news2.ts'
import { type Parameter, PARAMETERS, type VitalTypes, type VitalValues } from './parameters.ts'
import { implausible } from './plausibility.ts'
import { clockSkew, supersedes } from './source-clock.ts'

/** One reading of a device, in the units of `Parameter`. */
export interface Reading {
  /** When the device says it measured, epoch milliseconds. */
  sourceTime: number
  values: VitalValues
}

/** What is odd about a reading. The values it names are stored all the same. */
export type ReadingFlag =
  /** Not newer than what is known: counted in statistics, without effect on state, score and alarms. */
  | { flag: 'late'; parameters: readonly Parameter[] }
  /** No patient's values: see `implausible`. */
  | { flag: 'implausible'; parameters: readonly Parameter[] }
  /** The device's clock runs ahead by this much; the reading counts from when it was received. */
  | { flag: 'clock_skew'; aheadMs: number }

export interface Observation {
  state: MonitorState
  /** The score after the reading, at the newest effective time known. */
  news2: News2Result
  transitions: readonly Transition[]
  flags: readonly ReadingFlag[]
  /** When the reading counts from: its source time, or its time of receipt when the device's clock is ahead. */
  effectiveAt: number
}

const NO_TRANSITIONS: readonly Transition[] = Object.freeze([])

/**
 * Applies one reading to a patient's state. Pure: the given state is not changed, and the same readings give the same
 * result; a reading applied twice, or a value older than the one held, changes nothing.
 *
 * A device's clock that is wrong neither silences nor poisons: more than a minute ahead, the reading counts
 * from `receivedAt`, so later good readings are still newer. A clock set back by less than the tolerance loses at most
 * that long.
 */
export function observe(input: {
  state: MonitorState
  reading: Reading
  patient: News2Patient
  rules: PatientRules
  receivedAt: number
}): Observation {
  const { state, reading, patient, rules, receivedAt } = input
  const { values, sourceTime } = reading
  const flags: ReadingFlag[] = []
  const aheadMs = clockSkew(sourceTime, receivedAt)
  const effectiveAt = aheadMs > 0 ? receivedAt : sourceTime
  if (aheadMs > 0) flags.push({ flag: 'clock_skew', aheadMs })
  const impossible = implausible(values)
  if (impossible.length > 0) flags.push({ flag: 'implausible', parameters: impossible })

  const times = { at: effectiveAt, sourceTime, receivedAt }
  const latest: LatestValues = { ...state.latest }
  const fresh: Parameter[] = []
  let late: Parameter[] | undefined
  for (const parameter of PARAMETERS) {
    const value = values[parameter]
    if (value === undefined || impossible.includes(parameter)) continue
    if (supersedes(state.latest[parameter], times)) {
      renew(latest, parameter, measure(value, times))
      fresh.push(parameter)
    } else {
      ;(late ??= []).push(parameter)
    }
  }
  if (late !== undefined) flags.push({ flag: 'late', parameters: late })
  if (fresh.length === 0) {
    const score = news2({ patient, current: state.latest, at: state.at ?? effectiveAt })
    return { state, news2: score, transitions: NO_TRANSITIONS, flags, effectiveAt }
  }

  const at = Math.max(state.at ?? effectiveAt, effectiveAt)
  const score = news2({ patient, current: latest, at })
  const evaluation = evaluate({ before: state, latest, fresh, at, news2: score, patient, rules })
  const heardAt = Math.max(state.heardAt ?? receivedAt, receivedAt)
  return {
    state: { latest, at, heardAt, tracks: evaluation.tracks, trends: evaluation.trends },
    news2: score,
    transitions: evaluation.transitions,
    flags,
    effectiveAt,
  }
}

/** Sets one value. The caller read it under the same parameter's name, which is what makes the cast true. */
function renew(latest: LatestValues, parameter: Parameter, measured: Measured<VitalTypes[Parameter]>): void {
  ;(latest as Record<Parameter, Measured<VitalTypes[Parameter]>>)[parameter] = measured
}
