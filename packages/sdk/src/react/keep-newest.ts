import type { AlarmEvent } from '../router.ts'

/** What a component may look back on; all of them are in the alarm list. */
const mostEvents = 200

/** The same array when nothing came. */
export function keepNewest(events: readonly AlarmEvent[], further: readonly AlarmEvent[]): readonly AlarmEvent[] {
  return further.length === 0 ? events : [...events, ...further].slice(-mostEvents)
}
