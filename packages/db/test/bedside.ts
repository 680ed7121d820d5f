import { evaluateSilence } from '../src/alarms/evaluate-silence.ts'
import { compileRules, type PatientRules } from '../src/alarms/rules.ts'
import { type AlarmSettings, DEFAULT_ALARM_SETTINGS } from '../src/alarms/settings.ts'
import { DEFAULT_THRESHOLDS, type Threshold } from '../src/alarms/thresholds.ts'
import { openRules } from '../src/alarms/tracks.ts'
import type { Transition } from '../src/alarms/transition.ts'
import { emptyMonitorState, type MonitorState } from '../src/vitals/monitor-state.ts'
import type { News2Patient } from '../src/vitals/news2.ts'
import { observe, type Observation } from '../src/vitals/observe.ts'
import type { VitalValues } from '../src/vitals/parameters.ts'

/** The instant that second 0 of a test's story means. */
export const START = 1_750_000_000_000

/** Only what a test is about: no rates of change, no missing data, unless it asks for them. */
export const THRESHOLDS_ONLY: AlarmSettings = { ...DEFAULT_ALARM_SETTINGS, changes: [], missingData: [] }

/** Every parameter in the middle of its range. */
export const WELL: Required<VitalValues> = {
  heartRate: 75,
  spo2: 97,
  systolic: 120,
  diastolic: 75,
  temperature: 36.8,
  respiration: 16,
  consciousness: 'A',
  supplementalOxygen: false,
}

/** One monitored patient whose story is told in seconds from `START`. */
export class Bedside {
  state: MonitorState = emptyMonitorState()
  readonly patient: News2Patient
  rules: PatientRules
  /** All that happened, with times back in seconds. */
  readonly story: string[] = []

  constructor(
    options: {
      thresholds?: readonly Threshold[]
      settings?: AlarmSettings
      monitoring?: 'continuous' | 'spot-checks'
      patient?: News2Patient
    } = {},
  ) {
    this.patient = options.patient ?? { ageYears: 60, spo2Scale: 1 }
    this.rules = compileRules({
      thresholds: options.thresholds ?? DEFAULT_THRESHOLDS,
      settings: options.settings ?? THRESHOLDS_ONLY,
      monitoring: options.monitoring ?? 'continuous',
    })
  }

  /** A reading taken at `second`; received at once unless said otherwise. */
  send(second: number, values: VitalValues, receivedSecond = second): Observation {
    const { patient, rules, state } = this
    const reading = { sourceTime: START + second * 1000, values }
    const observation = observe({ state, reading, patient, rules, receivedAt: START + receivedSecond * 1000 })
    this.state = observation.state
    this.tell(observation.transitions)
    return observation
  }

  /** The same values every `step` seconds, both ends included. */
  stream(from: number, to: number, values: VitalValues, step = 1): void {
    for (let second = from; second <= to; second += step) this.send(second, values)
  }

  silence(second: number): void {
    const { state, rules, patient } = this
    const result = evaluateSilence({ state, rules, patient, now: START + second * 1000 })
    this.state = result.state
    this.tell(result.transitions)
  }

  get open(): string[] {
    return openRules(this.state.tracks).sort()
  }

  private tell(transitions: readonly Transition[]): void {
    for (const transition of transitions) {
      const outcome = transition.type === 'raise' ? transition.level : transition.reason
      this.story.push(`${(transition.at - START) / 1000}s ${transition.type} ${transition.rule} ${outcome}`)
    }
  }
}
