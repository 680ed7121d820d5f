import { announce } from '../announcer.tsx'
import type { Board } from '../ward/board.ts'
import type { AlarmEvent, Tile } from '../ward/tile.ts'
import { timeOfDay } from '../words/format.ts'
import { bedName } from '../words/people.ts'
import { alarmWords, levelWords } from './alarm-words.ts'

/** Says what happened to alarms. Only a call that cannot wait interrupts; numbers that change are never read out. */
export function announceHappenings(happenings: readonly AlarmEvent[], tiles: readonly Tile[], board: Board): void {
  for (const happening of happenings) {
    const { patientId } = happening.alarm
    const tile = tiles.find((each) => each.patientId === patientId) ?? board?.get(patientId)
    const { text, isUrgent } = happeningWords(happening, tile)
    announce(text, isUrgent ? 'assertive' : 'polite')
  }
}

export function happeningWords(
  { kind, alarm }: AlarmEvent,
  tile: Pick<Tile, 'bed' | 'familyName'> | undefined,
): { text: string; isUrgent: boolean } {
  const where = tile ? `${bedName(tile)}, ${tile.familyName}` : 'A patient'
  const what = alarmWords(alarm)
  const isSevere = alarm.level !== 'warning'
  switch (kind) {
    case 'raised':
      return { text: `${levelWords[alarm.level]}. ${where}. ${what}.`, isUrgent: isSevere }
    case 'repeated':
      return { text: `Still unanswered: ${levelWords[alarm.level]}. ${where}. ${what}.`, isUrgent: isSevere }
    case 'escalated':
      return { text: `Escalated: ${levelWords[alarm.level]}. ${where}. ${what}.`, isUrgent: true }
    case 'acknowledged':
      return { text: `Acknowledged. ${where}. ${what}.`, isUrgent: false }
    case 'snoozed':
      return {
        text: `Silenced${alarm.snoozedUntil ? ` until ${timeOfDay(alarm.snoozedUntil)}` : ''}. ${where}. ${what}.`,
        isUrgent: false,
      }
    case 'resolved':
      return { text: `Ended. ${where}. ${what}.`, isUrgent: false }
  }
}
