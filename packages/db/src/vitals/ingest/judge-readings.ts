import { isAlerting } from '../../alarms/evaluate-silence.ts'
import type { PatientRules } from '../../alarms/rules.ts'
import type { Transition } from '../../alarms/transition.ts'
import { observe } from '../observe.ts'
import { NUMERIC_PARAMETERS, type VitalValues } from '../parameters.ts'
import { flagBits, implausibleBit } from '../reading-columns.ts'
import { noDevice } from './devices.ts'
import type { MonitorRow, MonitorUpdate } from './monitors.ts'
import type { ReadingFlagName, RowOutcome } from './reading.ts'
import type { StoredReading } from './store-readings.ts'

/** A reading whose patient and device are known and which is not stored yet. */
export interface NewReading {
  index: number
  at: number
  deviceId: string
  values: VitalValues
}

export interface Judged {
  stored: StoredReading[]
  outcomes: RowOutcome[]
  update: MonitorUpdate
  transitions: Transition[]
}

const millisecondsPerYear = 365.2425 * 86_400_000

/** Applies one patient's new readings in the order of their source times: state, score and alarms after them. */
export function judgeReadings(
  monitor: MonitorRow,
  {
    readings,
    rules,
    receivedAt,
    isGateway,
  }: { readings: NewReading[]; rules: PatientRules; receivedAt: number; isGateway: boolean },
): Judged {
  readings.sort((a, b) => a.at - b.at || a.index - b.index)
  const patient = {
    ageYears: Math.floor((receivedAt - Date.parse(monitor.birthDate)) / millisecondsPerYear),
    spo2Scale: monitor.spo2Scale,
  }
  const stored: StoredReading[] = []
  const outcomes: RowOutcome[] = []
  const transitions: Transition[] = []
  let { state, monitoring } = monitor
  let news2: object | undefined
  let lastAt: number | null = null
  for (const { index, at, deviceId, values } of readings) {
    if (isGateway || deviceId !== noDevice) monitoring = 'continuous'
    const seen = observe({ state, reading: { sourceTime: at, values }, patient, rules, receivedAt })
    const hasChanged = seen.state !== state
    state = seen.state
    if (monitor.active) transitions.push(...seen.transitions)
    news2 = seen.news2
    lastAt = Math.max(lastAt ?? at, at)
    let flags = 0
    const names: ReadingFlagName[] = []
    const fields: string[] = []
    for (const flag of seen.flags) {
      names.push(flag.flag)
      if (flag.flag === 'late') flags |= flagBits.late
      else if (flag.flag === 'clock_skew') {
        flags |= flagBits.clockSkew
        fields.push('at')
      } else {
        for (const parameter of NUMERIC_PARAMETERS) {
          if (flag.parameters.includes(parameter)) flags |= implausibleBit(parameter)
        }
      }
      if (flag.flag !== 'clock_skew') fields.push(...flag.parameters)
    }
    let score: number | null = null
    if (hasChanged && seen.news2.status !== 'refused') {
      score = seen.news2.score
      if (seen.news2.status === 'partial') flags |= flagBits.partialScore
    }
    stored.push({ patientId: monitor.patientId, at, deviceId, values, news2: score, flags })
    outcomes.push(
      names.length === 0
        ? { index, status: 'stored' }
        : { index, status: 'flagged', flags: names, fields: [...new Set(fields)] },
    )
  }
  return {
    stored,
    outcomes,
    transitions,
    update: {
      patientId: monitor.patientId,
      state,
      news2: news2 ?? { status: 'refused', reason: 'age_unknown' },
      lastAt,
      readings: readings.length,
      monitoring,
      isAlerting: isAlerting(state, rules, receivedAt),
    },
  }
}
