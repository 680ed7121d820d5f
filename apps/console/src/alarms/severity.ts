import type { AlarmLevel, TileAlarm } from '../ward/tile.ts'

export const levelRank: Record<AlarmLevel, number> = { emergency: 3, critical: 2, warning: 1 }

/** `calling`: nobody has answered; `quiet`: silenced for some minutes; `answered`: somebody deals with it. */
export type Attention = 'calling' | 'quiet' | 'answered'

export function attentionOf(alarm: Pick<TileAlarm, 'status' | 'snoozedUntil'>, now: number): Attention {
  if (alarm.status === 'acknowledged' || alarm.status === 'resolved') return 'answered'
  return alarm.snoozedUntil !== null && Date.parse(alarm.snoozedUntil) > now ? 'quiet' : 'calling'
}

export const attentionRank: Record<Attention, number> = { calling: 2, quiet: 1, answered: 0 }

/** What to look at first: the level, then whether anybody has answered. Greater is worse; 0 is below every alarm. */
export function urgency(alarm: Pick<TileAlarm, 'level' | 'status' | 'snoozedUntil'>, now: number): number {
  return levelRank[alarm.level] * 10 + attentionRank[attentionOf(alarm, now)]
}

/** The alarm that stands for a patient's others; undefined without one. The oldest of equals. */
export function worstAlarm<Alarm extends TileAlarm>(alarms: readonly Alarm[], now: number): Alarm | undefined {
  return [...alarms].sort((a, b) => urgency(b, now) - urgency(a, now) || (a.raisedAt < b.raisedAt ? -1 : 1))[0]
}
