import { expect, test } from 'vitest'
import { alarmOf, before, noon, tileOf } from '../../test/tiles.ts'
import { eventsAfter } from './announce-alarms.ts'
import { openAlarms } from './open-alarms.ts'
import { worstAlarm } from './severity.ts'

test('what nobody has answered comes before what somebody has, each by level and newest first', () => {
  const tiles = [
    tileOf({
      alarms: [
        alarmOf({ id: 'answered critical', status: 'acknowledged' }),
        alarmOf({ id: 'old warning', level: 'warning', raisedAt: before(90_000) }),
        alarmOf({ id: 'new warning', level: 'warning', status: 'escalated' }),
      ],
    }),
    tileOf({
      mrn: '101',
      alarms: [alarmOf({ id: 'silenced', snoozedUntil: before(-1) }), alarmOf({ id: 'critical' })],
    }),
  ]
  expect(openAlarms(tiles, noon).map(({ id }) => id)).toEqual([
    'critical',
    'new warning',
    'old warning',
    'silenced',
    'answered critical',
  ])
})

test('a tile shows its worst alarm: the level counts before the answer, and the oldest stands for its equals', () => {
  const alarms = [
    alarmOf({ id: 'warning', level: 'warning' }),
    alarmOf({ id: 'younger', status: 'acknowledged', raisedAt: before(1_000) }),
    alarmOf({ id: 'older', status: 'acknowledged' }),
  ]
  expect(worstAlarm(alarms, noon)?.id).toBe('older')
  expect(worstAlarm([], noon)).toBeUndefined()
})

test('an event is said once, and one that is no longer remembered keeps none back', () => {
  const alarm = { ...alarmOf(), patientId: 'p1', wardId: 'w1' }
  const rest = { acknowledgedAt: null, acknowledgedBy: null, escalatedAt: null, resolvedAt: null, resolution: null }
  const events = ['e1', 'e2', 'e3'].map((id) => ({
    id,
    kind: 'raised' as const,
    at: before(0),
    alarm: { ...alarm, ...rest, announcements: 1 },
  }))
  expect(eventsAfter(events, 'e1').map(({ id }) => id)).toEqual(['e2', 'e3'])
  expect(eventsAfter(events, 'e3')).toEqual([])
  expect(eventsAfter(events, 'gone')).toHaveLength(3)
  expect(eventsAfter(events, null)).toHaveLength(3)
})
