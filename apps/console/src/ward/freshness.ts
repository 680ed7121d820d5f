import type { Parameter, Tile } from './tile.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/**
 * `live`: heard just now; `waiting`: a little late; `old`: what is shown must not be taken for the patient's state;
 * `none`: nothing was ever measured.
 */
export type Freshness = 'live' | 'waiting' | 'old' | 'none'

/** A monitor sends every few seconds; the server's own missing-data alarm follows at a minute and a half. */
const continuousWaitingMs = 20 * SECOND
const continuousOldMs = 60 * SECOND

/** NEWS2 calls for at least a twelve-hourly round; a score of 7 or more for continuous monitoring. */
const longestRoundMinutes = 12 * 60
const continuousRoundMinutes = 30

/** How long ago anything came from the bedside, by the server's clock; never negative, null without any. */
export function silenceMs(tile: Pick<Tile, 'receivedAt'>, now: number): number | null {
  return tile.receivedAt === null ? null : Math.max(0, now - Date.parse(tile.receivedAt))
}

/** When the next round of a patient seen by spot checks is due, in milliseconds after the last. */
function roundMs({ news2 }: Pick<Tile, 'news2'>): number {
  if (news2 === null || news2.status === 'refused') return longestRoundMinutes * MINUTE
  return (news2.recommendedIntervalMinutes || continuousRoundMinutes) * MINUTE
}

export function tileFreshness(tile: Pick<Tile, 'receivedAt' | 'monitoring' | 'news2'>, now: number): Freshness {
  const silence = silenceMs(tile, now)
  if (silence === null) return 'none'
  if (tile.monitoring === 'continuous') {
    return silence < continuousWaitingMs ? 'live' : silence < continuousOldMs ? 'waiting' : 'old'
  }
  return silence < roundMs(tile) ? 'live' : 'old'
}

/**
 * How old one value may be. Where a monitor streams, as long as the server waits before it calls the signal missing;
 * else as long as the server lets it count towards NEWS2.
 */
const streamedFor: Partial<Record<Parameter, number>> = {
  heartRate: 90 * SECOND,
  spo2: 120 * SECOND,
  respiration: 180 * SECOND,
}
const chartedFor: Record<Parameter, number> = {
  heartRate: HOUR,
  spo2: HOUR,
  respiration: HOUR,
  systolic: HOUR,
  diastolic: HOUR,
  temperature: 6 * HOUR,
  consciousness: 6 * HOUR,
  supplementalOxygen: 12 * HOUR,
}

/** Whether a value is too old to be read as the present one. `now` is the server's. */
export function isValueOld(
  parameter: Parameter,
  at: string,
  { monitoring, now }: { monitoring: Tile['monitoring']; now: number },
): boolean {
  const goodFor = (monitoring === 'continuous' ? streamedFor[parameter] : undefined) ?? chartedFor[parameter]
  return now - Date.parse(at) > goodFor
}
