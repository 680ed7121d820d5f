import { describe, expect, test } from 'vitest'

import { Bedside, START, WELL } from '../../test/bedside.ts'
import { emptyMonitorState } from '../vitals/monitor-state.ts'
import { DEFAULT_ALARM_SETTINGS } from './settings.ts'

const watched = () => new Bedside({ settings: DEFAULT_ALARM_SETTINGS })

describe('missing data', () => {
  test('a monitor that falls silent raises one alarm, which the next reading ends', () => {
    const bedside = watched()
    bedside.send(0, WELL)
    for (let second = 1; second < 300; second++) bedside.silence(second)
    bedside.send(300, WELL)
    expect(bedside.story).toEqual(['90s raise missing:monitor critical', '300s resolve missing:monitor recovered'])
  })

  test('a sensor that falls off raises its own, while the others go on', () => {
    const bedside = watched()
    bedside.send(0, WELL)
    for (let second = 1; second <= 200; second++) {
      bedside.send(second, { ...WELL, spo2: 0 })
      bedside.silence(second)
    }
    bedside.send(201, WELL)
    expect(bedside.story).toEqual(['120s raise missing:spo2 warning', '201s resolve missing:spo2 recovered'])
  })

  test('an asystole, sent as zero, is as loud as a critical rate', () => {
    const bedside = watched()
    bedside.send(0, WELL)
    for (let second = 1; second <= 100; second++) {
      bedside.send(second, { ...WELL, heartRate: 0 })
      bedside.silence(second)
    }
    expect(bedside.story).toEqual(['90s raise missing:heartRate critical'])
  })

  test('the whole monitor’s silence takes over from a single sensor’s', () => {
    const bedside = watched()
    bedside.send(0, WELL)
    for (let second = 1; second <= 400; second++) {
      if (second <= 150) bedside.send(second, { ...WELL, spo2: 0 })
      bedside.silence(second)
    }
    expect(bedside.story).toEqual([
      '120s raise missing:spo2 warning',
      '240s raise missing:monitor critical',
      '241s resolve missing:spo2 superseded',
    ])
  })

  test('a late reading is no sign of life', () => {
    const bedside = watched()
    bedside.send(0, WELL)
    for (let second = 1; second <= 100; second++) {
      bedside.send(-second, WELL, second)
      bedside.silence(second)
    }
    expect(bedside.open).toEqual(['missing:monitor'])
  })

  test('a monitor that never sends anything is missed from when monitoring began', () => {
    const bedside = watched()
    bedside.state = emptyMonitorState(START)
    bedside.silence(90)
    expect(bedside.story).toEqual([])
    bedside.silence(91)
    expect(bedside.story).toEqual(['90s raise missing:monitor critical'])
  })

  test('between spot checks silence is no fault', () => {
    const bedside = new Bedside({ settings: DEFAULT_ALARM_SETTINGS, monitoring: 'spot-checks' })
    bedside.send(0, WELL)
    for (let minute = 1; minute < 240; minute++) bedside.silence(minute * 60)
    expect(bedside.story).toEqual([])
  })

  test('what was never measured is not missed', () => {
    const bedside = watched()
    for (let second = 0; second < 300; second++) {
      bedside.send(second, { heartRate: 75 })
      bedside.silence(second)
    }
    expect(bedside.story).toEqual([])
  })
})

describe('a value that nothing contradicts stands', () => {
  test('one critical spot check raises without a second reading, once', () => {
    const bedside = new Bedside({ monitoring: 'spot-checks', patient: { spo2Scale: 1 } })
    bedside.send(0, { heartRate: 35 })
    for (let second = 1; second < 600; second++) bedside.silence(second)
    expect(bedside.story).toEqual(['90s raise threshold:heartRate:critical:low critical'])
  })

  test('and one good spot check ends it', () => {
    const bedside = new Bedside({ monitoring: 'spot-checks', patient: { spo2Scale: 1 } })
    bedside.send(0, { heartRate: 35 })
    bedside.silence(600)
    bedside.send(900, { heartRate: 75 })
    bedside.silence(1200)
    expect(bedside.story).toEqual([
      '90s raise threshold:heartRate:critical:low critical',
      '990s resolve threshold:heartRate:critical:low recovered',
    ])
  })

  test('silence does not make a warning a sustained breach', () => {
    const bedside = new Bedside({ monitoring: 'spot-checks', patient: { spo2Scale: 1 } })
    bedside.send(0, { heartRate: 110 })
    bedside.silence(7200)
    expect(bedside.open).toEqual(['threshold:heartRate:warning:high'])
  })
})
