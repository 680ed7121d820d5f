import { loadModel } from '../tagger/model.ts'
import type { Features } from './features.ts'

/** A label with its probability, the surest first. */
export interface Ranked {
  readonly label: string
  readonly probability: number
}

/** Labels for a bag of features by a committed linear model. */
export function classify(model: string, features: Features): Ranked[] {
  const { names, addScore } = loadModel(model)
  const scores = new Float64Array(names.length)
  for (const [feature, amount] of features) addScore(feature, scores, 0, amount)
  const top = scores.reduce((a, b) => Math.max(a, b), -Infinity)
  const powers = scores.map((score) => Math.exp(score - top))
  const total = powers.reduce((a, b) => a + b, 0)
  return names
    .map((label, i) => ({ label, probability: (powers[i] ?? 0) / total }))
    .toSorted((a, b) => b.probability - a.probability)
}
