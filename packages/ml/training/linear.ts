import type { Weights } from '../src/tagger/model.ts'

export interface Passage {
  readonly features: readonly (readonly [name: number, amount: number])[]
  readonly label: string
  readonly weight: number
}

export interface LinearModel {
  readonly labels: readonly string[]
  readonly features: ReadonlyMap<number, number>
  readonly weights: Float32Array
}

const EPOCHS = 20
const RATE = 0.1
const L2 = 1e-4
/** Smaller weights are dropped, in cross-validation as well. */
const SMALLEST = 0.1

/** Softmax regression by AdaGrad over features of at least `minimum` passages; the order is fixed, so a run repeats. */
export function learnLinear(passages: readonly Passage[], minimum: number): LinearModel {
  const labels = [...new Set(passages.map((one) => one.label))].toSorted()
  const features = new Map<number, number>()
  const counts = new Map<number, number>()
  for (const { features: own } of passages) {
    for (const [name] of own) {
      const times = (counts.get(name) ?? 0) + 1
      counts.set(name, times)
      if (times === minimum) features.set(name, features.size)
    }
  }
  const weights = new Float32Array(features.size * labels.length)
  const squares = new Float32Array(weights.length).fill(1e-6)
  const model = { labels, features, weights }
  const order = [...passages]
  let seed = 1
  const random = (): number => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 2 ** 32
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    for (let i = order.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1))
      const [a, b] = [order[i], order[j]]
      if (a && b) [order[i], order[j]] = [b, a]
    }
    for (const one of order) {
      const probabilities = distribution(scoresOf(model, one))
      for (let l = 0; l < labels.length; l++) {
        const gradient = ((probabilities[l] ?? 0) - (labels[l] === one.label ? 1 : 0)) * one.weight
        if (Math.abs(gradient) < 1e-4) continue
        for (const [name, amount] of one.features) {
          const index = features.get(name)
          if (index === undefined) continue
          const at = index * labels.length + l
          const slope = gradient * amount + L2 * (weights[at] ?? 0)
          squares[at] = (squares[at] ?? 0) + slope * slope
          weights[at] = (weights[at] ?? 0) - (RATE * slope) / Math.sqrt(squares[at] ?? 1)
        }
      }
    }
  }
  for (let i = 0; i < weights.length; i++) if (Math.abs(weights[i] ?? 0) < SMALLEST) weights[i] = 0
  return model
}

export function predict(model: LinearModel, passage: Passage): string {
  const scores = scoresOf(model, passage)
  return model.labels[scores.indexOf(scores.reduce((a, b) => Math.max(a, b), -Infinity))] ?? ''
}

/** Rounds the weights to signed bytes of the largest one. */
export function quantiseLinear({ labels, features, weights }: LinearModel): Weights {
  const quantum = weights.reduce((a, b) => Math.max(a, Math.abs(b)), 0) / 127
  const kept = new Map<number, (readonly [number, number])[]>()
  for (const [name, index] of features) {
    const pairs = labels.flatMap((_, l): (readonly [number, number])[] => {
      const weight = weights[index * labels.length + l] ?? 0
      const rounded = Math.round(weight / quantum)
      return rounded === 0 ? [] : [[l, rounded]]
    })
    if (pairs.length > 0) kept.set(name, pairs)
  }
  return { names: labels, transitions: [], features: kept, quantum }
}

function scoresOf({ labels, features, weights }: LinearModel, passage: Passage): Float64Array {
  const scores = new Float64Array(labels.length)
  for (const [name, amount] of passage.features) {
    const index = features.get(name)
    if (index === undefined) continue
    for (let l = 0; l < labels.length; l++)
      scores[l] = (scores[l] ?? 0) + (weights[index * labels.length + l] ?? 0) * amount
  }
  return scores
}

function distribution(scores: Float64Array): Float64Array {
  const top = scores.reduce((a, b) => Math.max(a, b), -Infinity)
  const powers = scores.map((score) => Math.exp(score - top))
  const total = powers.reduce((a, b) => a + b, 0)
  return powers.map((power) => power / total)
}
