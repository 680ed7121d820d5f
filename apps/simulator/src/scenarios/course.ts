import type { Consciousness } from '../bedside.ts'
import type { AlarmLevel, Vital } from '../physiology/vital.ts'
import { VITALS } from '../physiology/vital.ts'

/** A vital sign's way through an episode: minute since onset and value there; `own` is the patient's own value. */
type Track = readonly (readonly [minute: number, value: number | 'own'])[]

/** What happens to a patient during one episode, as data. Between points the values ease from one to the next. */
export interface Course {
  minutes: number
  /** True when a nurse should be called: alarms within such an episode are right, all others are false. */
  expectsAlarm: boolean
  tracks: Partial<Record<Vital, Track>>
  /** The worst that each vital sign certainly reaches. */
  reaches: Partial<Record<Vital, AlarmLevel>>
  /** Consciousness from a minute on. */
  consciousness?: readonly (readonly [minute: number, level: Consciousness])[]
  /** Supplemental oxygen from one minute to another. */
  oxygen?: readonly [from: number, to: number]
  /** Minutes in which some vital signs, or the whole monitor, give no value. */
  silent?: readonly { from: number; to: number; vitals: readonly Vital[] | 'all' }[]
}

/** Replaces own values by the course's at a minute since onset. `values` is in the order of `VITALS`. */
export function follow(course: Course, minute: number, values: Float64Array): void {
  for (let vital = 0; vital < VITALS.length; vital++) {
    const track = course.tracks[VITALS[vital] ?? 'heartRate']
    if (track !== undefined) values[vital] = valueOn(track, minute, values[vital] ?? 0)
  }
}

/** The level that holds at a minute. */
export function consciousnessAt(course: Course, minute: number): Consciousness {
  let level: Consciousness = 'A'
  for (const [from, next] of course.consciousness ?? []) {
    if (minute >= from) level = next
  }
  return level
}

function valueOn(track: Track, minute: number, own: number): number {
  let fromMinute = 0
  let from = own
  for (const [toMinute, point] of track) {
    const to = point === 'own' ? own : point
    if (minute < toMinute) {
      const share = (minute - fromMinute) / (toMinute - fromMinute)
      return from + (to - from) * share * share * (3 - 2 * share)
    }
    fromMinute = toMinute
    from = to
  }
  return from
}
