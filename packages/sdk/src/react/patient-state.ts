import type { AlarmEvent, PatientBeat, Reading, Tile } from '../router.ts'
import { keepNewest } from './keep-newest.ts'

/** One patient at the bedside. */
export interface PatientState {
  tile: Tile | null
  /** What came since the stream was opened, by source time, newest last; at most the newest 10,000. */
  readings: readonly Reading[]
  /** Readings the connection was too slow for; the history has them. */
  skipped: number
  alarmEvents: readonly AlarmEvent[]
  isDischarged: boolean
}

export const emptyPatient: PatientState = { tile: null, readings: [], skipped: 0, alarmEvents: [], isDischarged: false }

/** Almost three hours of a reading a second. */
const mostReadings = 10_000

export function reducePatient(state: PatientState, beat: PatientBeat): PatientState {
  return {
    tile: beat.tile ?? state.tile,
    readings: addReadings(state.readings, beat.readings),
    skipped: state.skipped + beat.skipped,
    alarmEvents: keepNewest(state.alarmEvents, beat.alarms),
    isDischarged: state.isDischarged || beat.isDischarged,
  }
}

function addReadings(readings: readonly Reading[], further: readonly Reading[]): readonly Reading[] {
  if (further.length === 0) return readings
  const all = [...readings, ...further]
  // A monitor that was offline sends what is older than what is shown.
  if (!isInOrder(all.slice(Math.max(0, readings.length - 1)))) all.sort((a, b) => timeOf(a) - timeOf(b))
  return all.slice(-mostReadings)
}

function isInOrder(readings: readonly Reading[]): boolean {
  return readings.every((reading, index) => {
    const before = readings[index - 1]
    return before === undefined || timeOf(before) <= timeOf(reading)
  })
}

function timeOf({ at }: Reading): number {
  return Date.parse(at)
}
