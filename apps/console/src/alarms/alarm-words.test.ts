import { expect, test } from 'vitest'
import { alarmOf } from '../../test/tiles.ts'
import { alarmWords } from './alarm-words.ts'

test.each([
  [{}, 'SpO₂ 84 %, below 88', 'SpO₂ 84, below 88'],
  [
    { rule: 'threshold:temperature:warning:high', parameter: 'temperature', value: 38.62, limit: 38.5 },
    'Temperature 38.6 °C, above 38.5',
    'Temp 38.6, above 38.5',
  ],
  [
    { rule: 'sustained:respiration:high', parameter: 'respiration', value: 24, limit: null },
    'Respiration stays high (24 /min)',
    'Resp stays high (24)',
  ],
  [
    { rule: 'change:heartRate:rise', parameter: 'heartRate', value: 45, limit: 40 },
    'Heart rate rising fast (up 45 /min)',
    'HR rising fast (up 45)',
  ],
  [
    { rule: 'change:spo2:fall', parameter: 'spo2', value: 8, limit: 6 },
    'SpO₂ falling fast (down 8 %)',
    'SpO₂ falling fast (down 8)',
  ],
  [{ rule: 'news2:high', parameter: null, value: 8, limit: 6 }, 'NEWS2 score 8, high risk', 'NEWS2 score 8, high risk'],
  [
    { rule: 'missing:monitor', parameter: null, value: null, limit: null },
    'No data from the monitor',
    'No monitor data',
  ],
  [{ rule: 'missing:spo2', parameter: 'spo2', value: null, limit: null }, 'SpO₂: no signal', 'SpO₂: no signal'],
  [
    { rule: 'manual:emergency', level: 'emergency', parameter: null, value: null, limit: null },
    'Emergency call: help needed',
    'Emergency call: help needed',
  ],
  [{ rule: 'later:rule', parameter: 'heartRate', value: 140, limit: null }, 'Heart rate 140 /min', 'HR 140'],
  [{ rule: 'unheard-of', parameter: 'glucose', value: 3, limit: null }, 'Alarm', 'Alarm'],
] as const)('%o reads as a nurse would say it', (part, full, short) => {
  const alarm = alarmOf(part)
  expect([alarmWords(alarm), alarmWords(alarm, 'short')]).toEqual([full, short])
})
