import { expect, test } from 'vitest'

import { Bedside, WELL } from '../../test/bedside.ts'

const scored = () => new Bedside({ thresholds: [] })

test.each([
  ['4 without a 3', { ...WELL, heartRate: 111, supplementalOxygen: true }, []],
  ['a single 3', { ...WELL, consciousness: 'C' }, ['news2:medium']],
  ['5', { ...WELL, heartRate: 111, supplementalOxygen: true, temperature: 38.5 }, ['news2:medium']],
  ['7', { ...WELL, heartRate: 111, supplementalOxygen: true, consciousness: 'V' }, ['news2:high']],
  ['a partial score of 7', { heartRate: 140, consciousness: 'V', temperature: 38.5 }, ['news2:high']],
] as const)('%s', (_name, values, open) => {
  const bedside = scored()
  bedside.stream(0, 60, values)
  expect(bedside.open).toEqual(open)
})

test('the alarm tells the score, not the 5 that a single 3 weighs', () => {
  const bedside = scored()
  bedside.stream(0, 59, { ...WELL, respiration: 25 })
  expect(bedside.send(60, { respiration: 25 }).transitions).toMatchObject([
    { type: 'raise', rule: 'news2:medium', level: 'warning', value: 3, limit: 4 },
  ])
})

test('high supersedes medium and gives way to it again', () => {
  const bedside = scored()
  bedside.stream(0, 60, { ...WELL, consciousness: 'V' })
  bedside.stream(61, 121, { heartRate: 140, supplementalOxygen: true })
  bedside.stream(122, 182, { heartRate: 75, supplementalOxygen: false })
  bedside.stream(183, 243, { consciousness: 'A' })
  expect(bedside.story).toEqual([
    '60s raise news2:medium warning',
    '121s resolve news2:medium superseded',
    '121s raise news2:high critical',
    '182s resolve news2:high recovered',
    '182s raise news2:medium warning',
    '243s resolve news2:medium recovered',
  ])
})

test('a score that falls only because a value went stale ends no alarm', () => {
  const bedside = scored()
  bedside.stream(0, 60, { ...WELL, consciousness: 'U' })
  bedside.stream(7 * 3600, 7 * 3600 + 300, { heartRate: 75 })
  expect(bedside.open).toEqual(['news2:medium'])
})

test('an open NEWS2 alarm is withdrawn when the patient is no longer scored', () => {
  const bedside = scored()
  bedside.stream(0, 60, { ...WELL, consciousness: 'U' })
  const pregnant = new Bedside({ thresholds: [], patient: { ageYears: 30, spo2Scale: 1, pregnant: true } })
  pregnant.state = bedside.state
  pregnant.send(61, { heartRate: 75 })
  expect(pregnant.story).toEqual(['61s resolve news2:medium withdrawn'])
})
