import { useState } from 'react'
import { hrefOf } from '../route.ts'
import { useNow } from '../server-clock.ts'
import { plural } from '../words/format.ts'
import { bedName, fullName } from '../words/people.ts'
import { useAlarmDesk } from './alarm-desk.tsx'
import { AlarmState } from './alarm-strip.tsx'
import { alarmWords, levelWords, snoozeMinutes } from './alarm-words.ts'
import { LevelMark } from './level-mark.tsx'
import type { OpenAlarm } from './open-alarms.ts'
import { attentionOf } from './severity.ts'

/** As many as fit without pushing the board away. */
const shownAtFirst = 4

/** What alarms on the ward, where and for how long, and what can be done about it. */
export function AlarmBar({ alarms, wardId }: { alarms: readonly OpenAlarm[]; wardId: string }) {
  const now = useNow(1000)
  const [isWide, setWide] = useState(false)
  const calling = alarms.filter((alarm) => attentionOf(alarm, now) === 'calling').length
  const shown = isWide ? alarms : alarms.slice(0, shownAtFirst)
  return (
    <section className="alarm-bar" aria-labelledby="alarms-title" data-calling={calling > 0}>
      <h2 id="alarms-title" tabIndex={-1} data-focus-home>
        Alarms
        <span className="alarm-count">{alarms.length === 0 ? 'none' : `${calling} unanswered of ${alarms.length}`}</span>
      </h2>
      {alarms.length > 0 && (
        <ul className="alarm-list" id="alarm-list">
          {shown.map((alarm) => (
            <AlarmRow key={alarm.id} alarm={alarm} wardId={wardId} now={now} />
          ))}
        </ul>
      )}
      {alarms.length > shownAtFirst && (
        <button type="button" className="quiet" aria-expanded={isWide} aria-controls="alarm-list" onClick={() => setWide(!isWide)}>
          {isWide ? 'Show fewer' : `Show ${plural(alarms.length - shownAtFirst, 'more alarm')}`}
        </button>
      )}
    </section>
  )
}

function AlarmRow({ alarm, wardId, now }: { alarm: OpenAlarm; wardId: string; now: number }) {
  const { patient } = alarm
  const who = `${bedName(patient)}, ${fullName(patient)}`
  return (
    <li className="alarm" data-level={alarm.level} data-attention={attentionOf(alarm, now)}>
      <LevelMark level={alarm.level} />
      <div className="alarm-text">
        <a className="alarm-who" href={hrefOf({ page: 'patient', wardId, patientId: patient.patientId })}>
          <strong>{bedName(patient)}</strong> {fullName(patient)}
        </a>
        <span className="alarm-what">
          <span className="unseen">{levelWords[alarm.level]}: </span>
          {alarmWords(alarm)}
        </span>
      </div>
      <span className="alarm-state">
        {alarm.status === 'escalated' && <span className="mark">Escalated</span>}
        <AlarmState alarm={alarm} now={now} />
      </span>
      <AlarmButtons alarm={alarm} who={who} now={now} />
    </li>
  )
}

/** The answers an alarm allows just now. */
export function AlarmButtons({ alarm, who, now }: { alarm: OpenAlarm; who: string; now: number }) {
  const { rights, ask } = useAlarmDesk()
  if (!rights.respond) return null
  const isAnswered = attentionOf(alarm, now) === 'answered'
  const about = <span className="unseen"> {`${alarmWords(alarm)}, ${who}`}</span>
  return (
    <div className="alarm-buttons">
      {!isAnswered && (
        <button type="button" className="primary" onClick={() => ask({ kind: 'acknowledge', alarm })}>
          Acknowledge{about}
        </button>
      )}
      {!isAnswered && snoozeMinutes[alarm.level].length > 0 && (
        <button type="button" onClick={() => ask({ kind: 'snooze', alarm })}>
          Silence{about}
        </button>
      )}
      {alarm.level === 'emergency' && (
        <button type="button" onClick={() => ask({ kind: 'resolve', alarm })}>
          End call{about}
        </button>
      )}
    </div>
  )
}
