import { describe, expect, test } from 'vitest'

import {
  ALARM_STATUSES,
  type AnnouncedAlarm,
  decideSnooze,
  dueTimes,
  nextStatus,
  statusesAllowing,
} from './lifecycle.ts'
import { DEFAULT_ALARM_SETTINGS } from './settings.ts'

const { responses } = DEFAULT_ALARM_SETTINGS
const RAISED: AnnouncedAlarm = { status: 'raised', level: 'critical', raisedAt: 0, lastAnnouncedAt: 0 }

describe('statuses', () => {
  test.each([
    ['acknowledge', ['acknowledged', 'acknowledged', undefined, undefined]],
    ['escalate', ['escalated', undefined, undefined, undefined]],
    ['resolve', ['resolved', 'resolved', 'resolved', undefined]],
  ] as const)('%s from raised, escalated, acknowledged, resolved', (event, expected) => {
    expect(ALARM_STATUSES.map((status) => nextStatus(status, event))).toEqual(expected)
  })

  // 002: anybody's second acknowledgement overwrote the first one's time.
  test('bug acknowledge-not-idempotent: an acknowledged alarm is not acknowledged again', () => {
    expect(statusesAllowing('acknowledge')).toEqual(['raised', 'escalated'])
  })

  test('resolved is the end', () => {
    expect(statusesAllowing('resolve')).not.toContain('resolved')
  })
})

describe('what is due', () => {
  test('bug no-escalation-timer: an unanswered critical repeats every minute and escalates after three', () => {
    expect(dueTimes(RAISED, responses)).toEqual({ repeatAt: 60_000, escalateAt: 180_000 })
    expect(dueTimes({ ...RAISED, lastAnnouncedAt: 60_000 }, responses)?.repeatAt).toBe(120_000)
  })

  test('an escalated alarm repeats on, an answered one is quiet', () => {
    expect(dueTimes({ ...RAISED, status: 'escalated' }, responses)).toEqual({ repeatAt: 60_000 })
    expect(dueTimes({ ...RAISED, status: 'acknowledged' }, responses)).toBeUndefined()
    expect(dueTimes({ ...RAISED, status: 'resolved' }, responses)).toBeUndefined()
  })

  test('a snooze puts both off to its end, and never brings them forward', () => {
    const alarm = { ...RAISED, snoozedUntil: 120_000 }
    expect(dueTimes(alarm, responses)).toEqual({ repeatAt: 120_000, escalateAt: 180_000 })
    expect(dueTimes({ ...alarm, snoozedUntil: 200_000 }, responses)?.escalateAt).toBe(200_000)
    expect(dueTimes({ ...alarm, snoozedUntil: 1 }, responses)).toEqual(dueTimes(RAISED, responses))
  })

  test('the graver the level, the sooner', () => {
    const { warning, critical, emergency } = responses
    expect(warning.repeatSeconds).toBeGreaterThan(critical.repeatSeconds)
    expect(critical.repeatSeconds).toBeGreaterThan(emergency.repeatSeconds)
    expect(warning.escalateSeconds).toBeGreaterThan(critical.escalateSeconds)
    expect(critical.escalateSeconds).toBeGreaterThan(emergency.escalateSeconds)
  })
})

describe('snooze', () => {
  test.each([
    [{ status: 'raised', level: 'warning' }, 30, { allowed: true, until: 1_800_000 }],
    [{ status: 'raised', level: 'warning' }, 31, { allowed: false, reason: 'too_long' }],
    [{ status: 'escalated', level: 'critical' }, 2, { allowed: true, until: 120_000 }],
    [{ status: 'raised', level: 'critical' }, 3, { allowed: false, reason: 'too_long' }],
    [{ status: 'raised', level: 'critical' }, 0, { allowed: false, reason: 'not_positive' }],
    [{ status: 'raised', level: 'critical' }, Number.NaN, { allowed: false, reason: 'not_positive' }],
    [{ status: 'raised', level: 'emergency' }, 1, { allowed: false, reason: 'level_cannot_snooze' }],
    [{ status: 'acknowledged', level: 'warning' }, 1, { allowed: false, reason: 'not_announcing' }],
    [{ status: 'resolved', level: 'warning' }, 1, { allowed: false, reason: 'not_announcing' }],
  ] as const)('%o for %d minutes', (alarm, minutes, decision) => {
    expect(decideSnooze(alarm, { minutes, now: 0 }, responses)).toEqual(decision)
  })

  test('no setting makes an emergency snoozable', () => {
    const lax = { ...responses, emergency: { ...responses.emergency, maxSnoozeMinutes: 60 } }
    expect(decideSnooze({ status: 'raised', level: 'emergency' }, { minutes: 1, now: 0 }, lax).allowed).toBe(false)
  })
})
