import { type FocusEvent, useEffect, useRef, useState } from 'react'
import { hrefOf } from '../route.ts'
import { useNow } from '../server-clock.ts'
import { bedName, fullName } from '../words/people.ts'
import { useAlarmDesk } from './alarm-desk.tsx'
import { AlarmState } from './alarm-strip.tsx'
import { alarmWords, levelWords, snoozeMinutes } from './alarm-words.ts'
import { LevelMark } from './level-mark.tsx'
import type { OpenAlarm } from './open-alarms.ts'
import { attentionOf } from './severity.ts'

/** As many as fit without pushing the board away; a phone shows the first two of them. */
const shownAtFirst = 4
const shownOnPhone = 2

/** What alarms on the ward, where and for how long, and what can be done about it. */
export function AlarmBar({ alarms, wardId }: { alarms: readonly OpenAlarm[]; wardId: string }) {
  const now = useNow(1000)
  const [isWide, setWide] = useState(false)
  const calling = alarms.filter((alarm) => attentionOf(alarm, now) === 'calling').length
  const keepFocus = useFocusHome()
  const shown = isWide ? alarms : alarms.slice(0, shownAtFirst)
  return (
    <section className="alarm-bar" aria-labelledby="alarms-title" data-calling={calling > 0} onFocus={keepFocus}>
      <div className="alarm-head">
        <h2 id="alarms-title" tabIndex={-1} data-focus-home>
          Alarms
          <span className="alarm-count">
            {alarms.length === 0 ? 'none' : `${calling} unanswered of ${alarms.length}`}
          </span>
        </h2>
        {alarms.length > shownOnPhone && (
          <button
            type="button"
            className="quiet"
            data-only-phone={alarms.length <= shownAtFirst}
            aria-expanded={isWide}
            aria-controls="alarm-list"
            onClick={() => setWide(!isWide)}
          >
            {isWide ? 'Show fewer' : `Show all ${alarms.length} alarms`}
          </button>
        )}
      </div>
      {alarms.length > 0 && (
        <ul className="alarm-list" id="alarm-list" data-all={isWide}>
          {shown.map((alarm) => (
            <AlarmRow
              key={alarm.id}
              alarm={alarm}
              href={hrefOf({ page: 'patient', wardId, patientId: alarm.patient.patientId })}
              now={now}
            />
          ))}
        </ul>
      )}
    </section>
  )
}

/** A button in focus that goes, because its alarm was answered, gives the focus to the bar's title rather than to nobody. */
function useFocusHome(): (event: FocusEvent) => void {
  const last = useRef<Element>(null)
  useEffect(() => {
    if (last.current === null || last.current.isConnected || document.activeElement !== document.body) return
    last.current = null
    document.querySelector<HTMLElement>('[data-focus-home]')?.focus()
  })
  return (event) => {
    last.current = event.target
  }
}

/** One alarm with its answers. `href` leads to the patient; null where one is there already. */
export function AlarmRow({ alarm, href, now }: { alarm: OpenAlarm; href: string | null; now: number }) {
  const { patient } = alarm
  const who = `${bedName(patient)}, ${fullName(patient)}`
  return (
    <li className="alarm" data-level={alarm.level} data-attention={attentionOf(alarm, now)}>
      <LevelMark level={alarm.level} />
      <div className="alarm-text">
        {href !== null && (
          <a className="alarm-who" href={href}>
            <strong>{bedName(patient)}</strong> {fullName(patient)}
          </a>
        )}
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
function AlarmButtons({ alarm, who, now }: { alarm: OpenAlarm; who: string; now: number }) {
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
