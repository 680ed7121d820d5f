import type { Random } from './random.ts'

export type Condition = 'none' | 'hypertension' | 'heart-failure' | 'copd'

/** Who lies in the bed: what the body returns to when nothing happens. */
export interface Person {
  age: number
  sex: 'female' | 'male'
  condition: Condition
  /** Resting values in the order of `VITALS`. */
  resting: Float64Array
  /** Respiratory sinus arrhythmia, beats/min either way. */
  sinusArrhythmia: number
}

/**
 * Draws an adult inpatient. Resting values lie inside the alarm limits of every patient except those with COPD, whose
 * own SpO2 of 88-92 % is the target of the British Thoracic Society's oxygen guideline (O'Driscoll et al., Thorax 2017).
 * Oral temperature 36.8 °C on average (Mackowiak et al., JAMA 1992); pressure rises and sinus arrhythmia fades with age
 * (Hirsch and Bishop, Am J Physiol 1981, for the latter); women beat a little faster than men.
 */
export function drawPerson(random: Random, given?: Condition): Person {
  const age = random.integer(18, 94)
  const sex = random.chance(0.5) ? 'female' : 'male'
  const condition = given ?? random.pick(['none', 'none', 'none', 'hypertension', 'heart-failure'])
  const isChronicLung = condition === 'copd'
  const pressure = 114 + 0.12 * (age - 50) + (condition === 'hypertension' ? 5 : 0)
  const resting = Float64Array.of(
    random.normal(77 + (sex === 'female' ? 2 : 0) + (condition === 'heart-failure' ? 3 : 0), 3.5, [72, 86]),
    isChronicLung ? random.normal(91.2, 0.4, [90.6, 92]) : random.normal(97.6 - 0.01 * (age - 50), 0.5, [96.4, 98.6]),
    random.normal(pressure, 4, [108, 124]),
    random.normal(75, 2.5, [70, 80]),
    random.normal(36.8, 0.12, [36.55, 36.95]),
    isChronicLung ? random.normal(17.8, 0.4, [17, 18.4]) : random.normal(16, 0.5, [15, 17]),
  )
  return { age, sex, condition, resting, sinusArrhythmia: Math.max(0.3, 2 - 0.02 * age) }
}
