import { QuietIcon, TickIcon } from '../appearance/icons.tsx'
import { duration, timeOfDay } from '../words/format.ts'
import type { TileAlarm } from '../ward/tile.ts'
import { alarmWords, levelWords } from './alarm-words.ts'
import { LevelMark } from './level-mark.tsx'
import { attentionOf } from './severity.ts'

/** One alarm in a line: its level, what it is, and whether anybody has answered. */
export function AlarmStrip({ alarm, others = 0, now }: { alarm: TileAlarm; others?: number; now: number }) {
  const attention = attentionOf(alarm, now)
  return (
    <p className="strip" data-level={alarm.level} data-attention={attention}>
      <LevelMark level={alarm.level} />
      <span className="unseen">{levelWords[alarm.level]}: </span>
      <span className="strip-what">{alarmWords(alarm, 'short')}</span>
      {others > 0 && (
        <span className="strip-more">
          +{others}
          <span className="unseen"> more</span>
        </span>
      )}
      <span className="strip-state">
        <AlarmState alarm={alarm} now={now} />
      </span>
    </p>
  )
}

/** Who knows: how long it has called, until when it is silenced, or that somebody has it. */
export function AlarmState({ alarm, now }: { alarm: TileAlarm; now: number }) {
  switch (attentionOf(alarm, now)) {
    case 'answered':
      return (
        <>
          <TickIcon />
          <span className="unseen">acknowledged</span>
        </>
      )
    case 'quiet':
      return (
        <>
          <QuietIcon />
          <span className="unseen">silenced </span>
          until {timeOfDay(alarm.snoozedUntil ?? now)}
        </>
      )
    case 'calling':
      return <>{duration(now - Date.parse(alarm.raisedAt))}</>
  }
}
