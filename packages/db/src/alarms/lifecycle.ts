import type { AlarmLevel, AlarmResponse } from './settings.ts'

export const ALARM_STATUSES = ['raised', 'escalated', 'acknowledged', 'resolved'] as const
export type AlarmStatus = (typeof ALARM_STATUSES)[number]

/** A person acknowledges; time escalates; the monitor, or for a manual emergency a person, resolves. */
export type AlarmEvent = 'acknowledge' | 'escalate' | 'resolve'

/** Every allowed transition; what is not here is refused. An acknowledged alarm no longer escalates. */
const TRANSITIONS: Readonly<Record<AlarmStatus, Readonly<Partial<Record<AlarmEvent, AlarmStatus>>>>> = {
  raised: { acknowledge: 'acknowledged', escalate: 'escalated', resolve: 'resolved' },
  escalated: { acknowledge: 'acknowledged', resolve: 'resolved' },
  acknowledged: { resolve: 'resolved' },
  resolved: {},
}

/** The status an event leads to, undefined when it is not allowed. */
export function nextStatus(status: AlarmStatus, event: AlarmEvent): AlarmStatus | undefined {
  return TRANSITIONS[status][event]
}

/** The statuses in which an event is allowed: the `from` of a compare-and-set. */
export function statusesAllowing(event: AlarmEvent): AlarmStatus[] {
  return ALARM_STATUSES.filter((status) => TRANSITIONS[status][event] !== undefined)
}

/** What of an alarm decides about its next announcement. Server times, epoch milliseconds. */
export interface AnnouncedAlarm {
  status: AlarmStatus
  level: AlarmLevel
  raisedAt: number
  lastAnnouncedAt: number
  snoozedUntil?: number
}

export type SnoozeDecision =
  | { allowed: true; until: number }
  | { allowed: false; reason: 'level_cannot_snooze' | 'too_long' | 'not_announcing' | 'not_positive' }

/**
 * Whether an alarm may be silenced for some minutes. A snooze pauses repeats and escalation and changes no status: it
 * says "I am here", not "I have dealt with it". Only an alarm that still announces itself can be snoozed.
 */
export function decideSnooze(
  alarm: Pick<AnnouncedAlarm, 'status' | 'level'>,
  request: { minutes: number; now: number },
  responses: Readonly<Record<AlarmLevel, AlarmResponse>>,
): SnoozeDecision {
  if (!announces(alarm.status)) return { allowed: false, reason: 'not_announcing' }
  const { maxSnoozeMinutes } = responses[alarm.level]
  if (maxSnoozeMinutes === 0 || alarm.level === 'emergency') return { allowed: false, reason: 'level_cannot_snooze' }
  if (!(request.minutes > 0)) return { allowed: false, reason: 'not_positive' }
  if (request.minutes > maxSnoozeMinutes) return { allowed: false, reason: 'too_long' }
  return { allowed: true, until: request.now + request.minutes * 60_000 }
}

export interface DueTimes {
  /** Absent once escalated. */
  escalateAt?: number
  repeatAt: number
}

/** When an unanswered alarm is next announced and escalated; undefined once nobody has to be told any more. */
export function dueTimes(
  alarm: AnnouncedAlarm,
  responses: Readonly<Record<AlarmLevel, AlarmResponse>>,
): DueTimes | undefined {
  if (!announces(alarm.status)) return undefined
  const { repeatSeconds, escalateSeconds } = responses[alarm.level]
  const quietUntil = alarm.snoozedUntil ?? -Infinity
  const due: DueTimes = { repeatAt: Math.max(alarm.lastAnnouncedAt + repeatSeconds * 1000, quietUntil) }
  if (alarm.status === 'raised') due.escalateAt = Math.max(alarm.raisedAt + escalateSeconds * 1000, quietUntil)
  return due
}

function announces(status: AlarmStatus): boolean {
  return status === 'raised' || status === 'escalated'
}
