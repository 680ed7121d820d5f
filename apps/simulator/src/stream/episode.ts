import type { AlarmLevel, Vital } from '../physiology/vital.ts'

/** The first time that a vital sign truly left its limits, or fell silent, within an episode. */
export interface Crossing {
  what: Vital | 'missing-data'
  level: AlarmLevel
  /** Source time, epoch ms. */
  at: number
}

/** Ground truth: one patient's illness or fault, from onset to end. */
export interface Episode {
  patientId: string
  scenario: string
  /** False for artefacts: whoever is called for one is called in vain. */
  expectsAlarm: boolean
  onset: number
  end: number
  /** Source time of the last reading taken in it: a run may stop before the end. */
  seenUntil: number
  crossings: Crossing[]
}

export function beginEpisode(given: Omit<Episode, 'seenUntil' | 'crossings'>): Episode {
  return { ...given, seenUntil: given.onset, crossings: [] }
}

/** Keeps only the first crossing of each vital sign and level. */
export function noteCrossing(episode: Episode, crossing: Crossing): void {
  for (const known of episode.crossings) {
    if (known.what === crossing.what && known.level === crossing.level) return
  }
  episode.crossings.push(crossing)
}
