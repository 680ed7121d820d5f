import { useEffect, useRef } from 'react'
import { announce } from '../announcer.tsx'
import type { AlarmEvent, Tile } from '../ward/tile.ts'
import { timeOfDay } from '../words/format.ts'
import { bedName } from '../words/people.ts'
import { alarmWords, levelWords } from './alarm-words.ts'

/**
 * Says what happens to alarms from now on. Only a call that cannot wait interrupts; numbers that change are never read out.
 */
export function useAlarmAnnouncements(events: readonly AlarmEvent[], tiles: readonly Tile[]): void {
  const lastSaid = useRef<string | null>(null)
  useEffect(() => {
    for (const event of eventsAfter(events, lastSaid.current)) {
      const tile = tiles.find(({ patientId }) => patientId === event.alarm.patientId)
      const { text, isUrgent } = happeningWords(event, tile)
      announce(text, isUrgent ? 'assertive' : 'polite')
    }
    lastSaid.current = events.at(-1)?.id ?? lastSaid.current
  }, [events, tiles])
}

/** The events behind one; all of them when it is no longer among them. */
export function eventsAfter(events: readonly AlarmEvent[], id: string | null): readonly AlarmEvent[] {
  return events.slice(events.findIndex((event) => event.id === id) + 1)
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
