import type { Alarm, AlarmEvent, AlarmsBeat } from '../router.ts'
import { keepNewest } from './keep-newest.ts'

export interface AlarmsState {
  /** What is not resolved: emergencies, then critical, then warnings; in each the oldest first. */
  open: readonly Alarm[]
  /** The newest events since the stream was opened, in order. */
  events: readonly AlarmEvent[]
}

export const noAlarms: AlarmsState = { open: [], events: [] }

const urgency: Record<Alarm['level'], number> = { emergency: 0, critical: 1, warning: 2 }

function byUrgency(a: Alarm, b: Alarm): number {
  return urgency[a.level] - urgency[b.level] || Date.parse(a.raisedAt) - Date.parse(b.raisedAt)
}

export function reduceAlarms(state: AlarmsState, { open, events }: AlarmsBeat): AlarmsState {
  const standing = new Map((open ?? state.open).map((alarm) => [alarm.id, alarm]))
  for (const { alarm } of events) {
    if (alarm.status === 'resolved') standing.delete(alarm.id)
    else standing.set(alarm.id, alarm)
  }
  return { open: [...standing.values()].sort(byUrgency), events: keepNewest(state.events, events) }
}
