import type { LatestValues } from './monitor-state.ts'
import {
  consciousnessPoints,
  heartRatePoints,
  NEWS2_PARAMETERS,
  type News2Parameter,
  oxygenPoints,
  type Points,
  respirationPoints,
  spo2Points,
  systolicPoints,
  temperaturePoints,
} from './news2-table.ts'
import { NEWS2_FRESH_FOR_MS } from './staleness.ts'

export type News2Band = 'low' | 'low-medium' | 'medium' | 'high'

/** What NEWS2 needs to know of a patient beside the values. */
export interface News2Patient {
  /** Completed years; absent when the birth date is unknown. */
  ageYears?: number
  /** 2 only when prescribed for hypercapnic respiratory failure. */
  spo2Scale: 1 | 2
  pregnant?: boolean
}

export interface News2Score {
  /** `partial`: some parameters are missing or stale, and the score is a lower bound: the sum of the known ones. */
  status: 'complete' | 'partial'
  score: number
  subscores: { [P in News2Parameter]?: Points }
  /** RCP's red score: 3 in a single parameter. */
  hasSingleThree: boolean
  band: News2Band
  /** Longest time to the next full set by RCP's response table; 0 is continuous monitoring. */
  recommendedIntervalMinutes: number
  missing: readonly News2Parameter[]
  stale: readonly News2Parameter[]
}

export interface News2Refusal {
  status: 'refused'
  reason: 'under_16' | 'pregnant' | 'age_unknown'
}

export type News2Result = News2Score | News2Refusal

const NONE: readonly News2Parameter[] = Object.freeze([])

/**
 * The National Early Warning Score (NEWS) 2 at the instant `at` (epoch milliseconds) from the current values.
 * Refuses, by result, whom it is not for: under 16, pregnant, or of unknown age.
 *
 * Reproduced from: Royal College of Physicians. National Early Warning Score (NEWS) 2: Standardising the assessment of
 * acute-illness severity in the NHS. Updated report of a working party. London: RCP, 2017.
 */
export function news2(input: { patient: News2Patient; current: LatestValues; at: number }): News2Result {
  const { patient, current, at } = input
  if (patient.ageYears === undefined || Number.isNaN(patient.ageYears))
    return { status: 'refused', reason: 'age_unknown' }
  if (patient.ageYears < 16) return { status: 'refused', reason: 'under_16' }
  if (patient.pregnant === true) return { status: 'refused', reason: 'pregnant' }

  const subscores: News2Score['subscores'] = {}
  let missing: News2Parameter[] | undefined
  let stale: News2Parameter[] | undefined
  let score = 0
  let hasSingleThree = false
  for (const parameter of NEWS2_PARAMETERS) {
    const measured = current[parameter]
    const points = SCORERS[parameter](current, patient.spo2Scale, at)
    if (measured === undefined || points === undefined) {
      ;(missing ??= []).push(parameter)
    } else if (!isFresh(parameter, measured.at, at)) {
      ;(stale ??= []).push(parameter)
    } else {
      subscores[parameter] = points
      score += points
      hasSingleThree ||= points === 3
    }
  }
  return {
    status: missing === undefined && stale === undefined ? 'complete' : 'partial',
    score,
    subscores,
    hasSingleThree,
    band: bandOf(score, hasSingleThree),
    recommendedIntervalMinutes: intervalOf(score, hasSingleThree),
    missing: missing ?? NONE,
    stale: stale ?? NONE,
  }
}

type Scorer = (current: LatestValues, scale: 1 | 2, at: number) => Points | undefined

/** The points of each parameter's current value; undefined when there is none. */
const SCORERS: Readonly<Record<News2Parameter, Scorer>> = {
  respiration: ({ respiration }) => respiration && respirationPoints(respiration.value),
  spo2: ({ spo2, supplementalOxygen }, scale, at) => {
    const onOxygen = supplementalOxygen?.value === true && isFresh('supplementalOxygen', supplementalOxygen.at, at)
    return spo2 && spo2Points(spo2.value, scale, onOxygen)
  },
  supplementalOxygen: ({ supplementalOxygen }) => supplementalOxygen && oxygenPoints(supplementalOxygen.value),
  systolic: ({ systolic }) => systolic && systolicPoints(systolic.value),
  heartRate: ({ heartRate }) => heartRate && heartRatePoints(heartRate.value),
  consciousness: ({ consciousness }) => consciousness && consciousnessPoints(consciousness.value),
  temperature: ({ temperature }) => temperature && temperaturePoints(temperature.value),
}

function isFresh(parameter: News2Parameter, measuredAt: number, at: number): boolean {
  return at - measuredAt <= NEWS2_FRESH_FOR_MS[parameter]
}

// RCP 2017, chart 2: thresholds and triggers.
function bandOf(score: number, hasSingleThree: boolean): News2Band {
  if (score >= 7) return 'high'
  if (score >= 5) return 'medium'
  return hasSingleThree ? 'low-medium' : 'low'
}

// RCP 2017, chart 4: minimum frequency of monitoring. For 1-4 it says "4-6 hourly"; six hours is the longest it allows.
function intervalOf(score: number, hasSingleThree: boolean): number {
  if (score >= 7) return 0
  if (score >= 5 || hasSingleThree) return 60
  return score >= 1 ? 360 : 720
}
