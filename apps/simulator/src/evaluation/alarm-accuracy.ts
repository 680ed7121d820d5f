import type { RaisedAlarm } from '../bedside.ts'
import type { Crossing, Episode } from '../stream/episode.ts'

export interface AlarmAccuracy {
  /** Episodes that a nurse should be called for and that got as far as a limit. */
  episodes: number
  detected: number
  /** Detected of those episodes, 0 to 1; undefined when there were none. */
  sensitivity: number | undefined
  /** The same, for episodes that crossed a critical limit, and critical alarms only. */
  critical: { episodes: number; detected: number; sensitivity: number | undefined }
  /** Alarms of the streamed patients outside any episode that expects one. */
  falseAlarms: number
  patientDays: number
  falseAlarmsPerPatientDay: number
  /**
   * Seconds of source time from the first true crossing to the first alarm; below zero when noise or a trend called
   * earlier than the limit. Undefined when nothing was detected.
   */
  timeToAlarm: { median: number; p90: number; max: number } | undefined
  byScenario: Record<string, { episodes: number; detected: number }>
}

export interface Labelled {
  episodes: readonly Episode[]
  alarms: readonly RaisedAlarm[]
  /** Everyone who was streamed, ill or not. */
  patientIds: readonly string[]
  simulated: { from: number; to: number }
}

/**
 * Compares what was true with what the server raised. An alarm belongs to an episode when the reading that raised it was
 * taken between onset and `GRACE_MS` after the end; an alarm without a reading (missing data) counts by the server's clock.
 */
export function judgeAlarms(labelled: Labelled): AlarmAccuracy {
  const { simulated, patientIds } = labelled
  const streamed = new Map<string, RaisedAlarm[]>(patientIds.map((id) => [id, []]))
  for (const alarm of labelled.alarms) streamed.get(alarm.patientId)?.push(alarm)
  for (const alarms of streamed.values()) alarms.sort((one, other) => timeOf(one) - timeOf(other))

  const expecting = labelled.episodes.filter((episode) => episode.expectsAlarm && episode.crossings.length > 0)
  const waits: number[] = []
  const byScenario: AlarmAccuracy['byScenario'] = {}
  const critical = { episodes: 0, detected: 0 }
  for (const episode of expecting) {
    const tally = (byScenario[episode.scenario] ??= { episodes: 0, detected: 0 })
    tally.episodes++
    const during = (streamed.get(episode.patientId) ?? []).filter((alarm) => isDuring(episode, alarm))
    const first = during[0]
    if (first !== undefined) {
      tally.detected++
      waits.push((timeOf(first) - firstCrossing(episode.crossings)) / 1000)
    }
    if (!episode.crossings.some((crossing) => crossing.level === 'critical')) continue
    critical.episodes++
    if (during.some((alarm) => alarm.level !== 'warning')) critical.detected++
  }

  const falseAlarms = [...streamed.values()].flat().filter((alarm) => !belongsToAny(labelled.episodes, alarm)).length
  const patientDays = (patientIds.length * (simulated.to - simulated.from)) / DAY_MS
  return {
    episodes: expecting.length,
    detected: waits.length,
    sensitivity: share(waits.length, expecting.length),
    critical: { ...critical, sensitivity: share(critical.detected, critical.episodes) },
    falseAlarms,
    patientDays,
    falseAlarmsPerPatientDay: patientDays === 0 ? 0 : falseAlarms / patientDays,
    timeToAlarm: summarise(waits),
    byScenario,
  }
}

function belongsToAny(episodes: readonly Episode[], alarm: RaisedAlarm): boolean {
  return episodes.some(
    (episode) => episode.expectsAlarm && episode.patientId === alarm.patientId && isDuring(episode, alarm),
  )
}

function isDuring(episode: Episode, alarm: RaisedAlarm): boolean {
  const at = timeOf(alarm)
  return at >= episode.onset && at <= Math.min(episode.end, episode.seenUntil) + GRACE_MS
}

function timeOf(alarm: RaisedAlarm): number {
  return alarm.sourceAt ?? alarm.raisedAt
}

function firstCrossing(crossings: readonly Crossing[]): number {
  return Math.min(...crossings.map((crossing) => crossing.at))
}

function share(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : part / whole
}

function summarise(seconds: number[]): AlarmAccuracy['timeToAlarm'] {
  const sorted = seconds.toSorted((one, other) => one - other)
  const rank = (portion: number) => sorted[Math.ceil(portion * sorted.length) - 1]
  const [median, p90, max] = [rank(0.5), rank(0.9), sorted.at(-1)]
  return median === undefined || p90 === undefined || max === undefined ? undefined : { median, p90, max }
}

/** Alarms may have to dwell before they are raised, and linger a little after the cause is gone. */
const GRACE_MS = 5 * 60_000
const DAY_MS = 86_400_000
