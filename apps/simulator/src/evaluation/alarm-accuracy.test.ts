import { expect, test } from 'vitest'
import type { RaisedAlarm } from '../bedside.ts'
import type { Episode } from '../stream/episode.ts'
import { judgeAlarms } from './alarm-accuracy.ts'

const MINUTE = 60_000

const episode = (given: Partial<Episode> = {}): Episode => ({
  patientId: 'a',
  scenario: 'sepsis',
  expectsAlarm: true,
  onset: 100 * MINUTE,
  end: 200 * MINUTE,
  seenUntil: 200 * MINUTE,
  crossings: [
    { what: 'heartRate', level: 'warning', at: 110 * MINUTE },
    { what: 'heartRate', level: 'critical', at: 130 * MINUTE },
  ],
  ...given,
})
const alarm = (given: Partial<RaisedAlarm> = {}): RaisedAlarm => ({
  id: '1',
  patientId: 'a',
  rule: 'threshold',
  level: 'critical',
  raisedAt: 999_999 * MINUTE,
  sourceAt: 112 * MINUTE,
  ...given,
})
const judge = (episodes: Episode[], alarms: RaisedAlarm[]) =>
  judgeAlarms({ episodes, alarms, patientIds: ['a', 'b'], simulated: { from: 0, to: 1440 * MINUTE } })

test('an alarm within an episode detects it; time to alarm counts from the first true crossing in source time', () => {
  expect(judge([episode()], [alarm({ sourceAt: 118 * MINUTE }), alarm()])).toMatchObject({
    sensitivity: 1,
    falseAlarms: 0,
    patientDays: 2,
    timeToAlarm: { median: 120, p90: 120, max: 120 },
  })
})

test('a warning does not detect a critical crossing', () => {
  const accuracy = judge([episode()], [alarm({ level: 'warning' })])
  expect(accuracy).toMatchObject({ sensitivity: 1, critical: { episodes: 1, detected: 0, sensitivity: 0 } })
})

test('alarms of quiet patients, before onset, long after the end and during artefacts are false', () => {
  const artefact = episode({ patientId: 'b', expectsAlarm: false, crossings: [] })
  const alarms = [
    alarm({ patientId: 'b', sourceAt: 150 * MINUTE }),
    alarm({ sourceAt: 99 * MINUTE }),
    alarm({ sourceAt: 206 * MINUTE }),
    alarm({ sourceAt: 204 * MINUTE }),
  ]
  expect(judge([episode(), artefact], alarms)).toMatchObject({
    falseAlarms: 3,
    falseAlarmsPerPatientDay: 1.5,
    detected: 1,
  })
})

test('alarms of patients who were not streamed count for nothing', () => {
  expect(judge([episode()], [alarm({ patientId: 'somebody else' })])).toMatchObject({ sensitivity: 0, falseAlarms: 0 })
})

test('an episode that did not get as far as a limit is not held against the server', () => {
  expect(judge([episode({ crossings: [] })], [])).toMatchObject({
    episodes: 0,
    sensitivity: undefined,
    timeToAlarm: undefined,
  })
})

test('an alarm without a reading counts by the clock of the server', () => {
  const { sourceAt: _, ...missing } = alarm({ rule: 'missing-data', raisedAt: 111 * MINUTE })
  expect(judge([episode()], [missing]).timeToAlarm?.median).toBe(60)
})
