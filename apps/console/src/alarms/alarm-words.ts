import { number, plural } from '../words/format.ts'
import { wordsFor } from '../words/parameters.ts'
import type { AlarmLevel, TileAlarm } from '../ward/tile.ts'

export const levelWords: Record<AlarmLevel, string> = {
  warning: 'Warning',
  critical: 'Critical',
  emergency: 'Emergency',
}

type AlarmFacts = Pick<TileAlarm, 'rule' | 'level' | 'parameter' | 'value' | 'limit'>

/** What alarms, as one nurse would say it to another: `SpO₂ 84 %, below 88`. `short` where room is scarce. */
export function alarmWords(alarm: AlarmFacts, form: 'full' | 'short' = 'full'): string {
  const [family = '', subject = '', ...rest] = alarm.rule.split(':')
  const words = wordsFor(alarm.parameter ?? subject)
  const name = (form === 'short' ? words?.short : words?.name) ?? 'Vital sign'
  const unit = form === 'short' ? '' : (words?.unit ?? '')
  const value = alarm.value === null ? '' : ` ${number(alarm.value, words?.digits)} ${unit}`.trimEnd()
  const limit = alarm.limit === null ? '' : number(alarm.limit, words?.digits)
  const side = rest.at(-1) ?? ''
  switch (family) {
    case 'threshold':
      return `${name}${value}${limit && `, ${side === 'low' ? 'below' : 'above'} ${limit}`}`
    case 'sustained':
      return `${name} stays ${side === 'low' ? 'low' : 'high'}${value && ` (${value.trim()})`}`
    case 'change':
      return `${name} ${side === 'fall' ? 'falling' : 'rising'} fast${alarm.value === null ? '' : ` (${side === 'fall' ? 'down' : 'up'}${value})`}`
    case 'news2':
      return `NEWS2${alarm.value === null ? '' : ` score ${number(alarm.value)}`}, ${subject === 'high' ? 'high' : 'medium'} risk`
    case 'missing':
      if (subject === 'monitor') return form === 'short' ? 'No monitor data' : 'No data from the monitor'
      return `${name}: no signal`
    case 'manual':
      return 'Emergency call: help needed'
    default:
      return words ? `${name}${value}` : 'Alarm'
  }
}

/**
 * Choices of minutes for silencing. The longest are the server's defaults for each level (30, 2 and none); it refuses
 * what a hospital allows less of, and its refusal is shown.
 */
export const snoozeMinutes: Record<AlarmLevel, readonly number[]> = {
  warning: [5, 10, 15, 30],
  critical: [1, 2],
  emergency: [],
}

export const minutesWords = (minutes: number): string => plural(minutes, 'minute')
