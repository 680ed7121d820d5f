import { useNow } from '../server-clock.ts'
import { spokenDuration } from '../words/format.ts'
import { bedName, fullName } from '../words/people.ts'
import { alarmWords, levelWords } from './alarm-words.ts'
import { LevelMark } from './level-mark.tsx'
import type { OpenAlarm } from './open-alarms.ts'

/** Whose alarm a dialog is about, so that nobody answers the wrong one. */
export function AlarmSummary({ alarm }: { alarm: OpenAlarm }) {
  const now = useNow(1000)
  return (
    <div className="alarm-summary" data-level={alarm.level}>
      <p>
        <LevelMark level={alarm.level} />
        <strong>{levelWords[alarm.level]}</strong>
        <span className="alarm-summary-age">for {spokenDuration(now - Date.parse(alarm.raisedAt))}</span>
      </p>
      <p className="alarm-summary-what">{alarmWords(alarm)}</p>
      <p>
        {bedName(alarm.patient)} · {fullName(alarm.patient)}
      </p>
    </div>
  )
}
