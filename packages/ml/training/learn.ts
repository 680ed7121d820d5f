import { type Chain, posteriors } from '../src/tagger/chain.ts'
import type { Example } from './examples.ts'

export interface Learned {
  readonly features: ReadonlyMap<number, number>
  /** `weights[feature * labels + label]`. */
  readonly weights: Float32Array
  readonly chain: Chain
}

export interface LearnOptions {
  readonly labels: number
  readonly epochs: number
  readonly rate: number
  /** Strength of the pull to zero, a step. */
  readonly l1: number
  readonly l2: number
  /** Features seen in fewer sentences are left out. */
  readonly minimum: number
  readonly report?: (line: string) => void
}

/**
 * Fits the field by AdaGrad on the likelihood of the allowed label sequences (partly annotated corpora allow several),
 * with elastic-net regularisation applied where a feature occurs. The order of sentences is fixed, so a run repeats.
 */
export function learn(examples: readonly Example[], options: LearnOptions): Learned {
  const { labels, epochs, rate, l1, l2 } = options
  const features = countFeatures(examples, options.minimum)
  const weights = new Float32Array(features.size * labels)
  const squares = new Float32Array(weights.length).fill(1e-6)
  const transitions = new Float64Array(labels * labels)
  const moveSquares = new Float64Array(labels * labels).fill(1e-6)
  const chain: Chain = { labels, transitions }
  const indexed = examples
    .filter((one) => one.features.length > 0)
    .map((one) => ({
      rows: one.features.map((own) => Int32Array.from([...own].flatMap((name) => features.get(name) ?? []))),
      allowed: one.allowed,
    }))
  let seed = 42
  const random = (): number => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 2 ** 32
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (let i = indexed.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1))
      const [a, b] = [indexed[i], indexed[j]]
      if (a && b) [indexed[i], indexed[j]] = [b, a]
    }
    let loss = 0
    for (const { rows, allowed } of indexed) {
      const scores = scoreRows(rows, weights, labels)
      // A copy: exponentials of transitions are kept by array.
      const now: Chain = { labels, transitions: transitions.slice() }
      const free = posteriors(now, scores)
      const bound = posteriors(now, scores, allowed)
      loss += free.logPartition - bound.logPartition
      for (const [t, row] of rows.entries()) {
        for (let b = 0; b < labels; b++) {
          const gradient = (free.unary[t * labels + b] ?? 0) - (bound.unary[t * labels + b] ?? 0)
          if (gradient < 1e-4 && gradient > -1e-4) continue
          for (const feature of row) {
            const at = feature * labels + b
            const weight = weights[at] ?? 0
            const slope = gradient + l2 * weight
            const square = (squares[at] = (squares[at] ?? 0) + slope * slope)
            const step = rate / Math.sqrt(square)
            const next = weight - step * slope
            const shrink = step * l1
            weights[at] = next > shrink ? next - shrink : next < -shrink ? next + shrink : 0
          }
        }
      }
      const moves = new Float64Array(labels * labels)
      free.addTransitions(moves, 1)
      bound.addTransitions(moves, -1)
      for (let i = 0; i < moves.length; i++) {
        const slope = (moves[i] ?? 0) + l2 * (transitions[i] ?? 0)
        moveSquares[i] = (moveSquares[i] ?? 0) + slope * slope
        transitions[i] = (transitions[i] ?? 0) - (rate * slope) / Math.sqrt(moveSquares[i] ?? 1)
      }
    }
    options.report?.(`epoch ${epoch + 1}: loss a sentence ${(loss / indexed.length).toFixed(3)}`)
  }
  return { features, weights, chain }
}

export function scoreRows(rows: readonly ArrayLike<number>[], weights: Float32Array, labels: number): Float64Array {
  const scores = new Float64Array(rows.length * labels)
  for (let t = 0; t < rows.length; t++) {
    const row = rows[t] ?? []
    for (let i = 0; i < row.length; i++) {
      const base = (row[i] ?? 0) * labels
      for (let b = 0; b < labels; b++) scores[t * labels + b] = (scores[t * labels + b] ?? 0) + (weights[base + b] ?? 0)
    }
  }
  return scores
}

function countFeatures(examples: readonly Example[], minimum: number): Map<number, number> {
  const counts = new Map<number, number>()
  for (const { features } of examples) {
    for (const name of new Set(features.flatMap((own) => [...own]))) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  const kept = new Map<number, number>()
  for (const [name, count] of counts) if (count >= minimum) kept.set(name, kept.size)
  return kept
}
