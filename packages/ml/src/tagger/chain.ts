/**
 * A linear-chain conditional random field over label scores: exact posteriors by forward-backward with scaling, and the
 * best sequence by Viterbi. Scores come in rows of `labels` numbers a token. Lafferty, McCallum, Pereira 2001.
 */

export interface Chain {
  readonly labels: number
  /** `transitions[a * labels + b]`: score of label b after label a. */
  readonly transitions: Float64Array
}

export interface Posteriors {
  /** Probability of a label at a token, in rows of `labels`. */
  readonly unary: Float64Array
  readonly logPartition: number
  /** Adds the expected transition counts, times `weight`, to a matrix: what training needs. */
  readonly addTransitions: (into: Float64Array, weight: number) => void
}

/** @param allowed 1 where a label may stand at a token; all may when left out. */
export function posteriors({ labels, transitions }: Chain, scores: Float64Array, allowed?: Uint8Array): Posteriors {
  const length = scores.length / labels
  const potentials = new Float64Array(scores.length)
  const moves = exponentials(transitions)
  const forward = new Float64Array(scores.length)
  const backward = new Float64Array(scores.length)
  const scales = new Float64Array(length)
  let logPartition = 0
  for (let t = 0; t < length; t++) {
    const row = t * labels
    let top = -Infinity
    for (let b = 0; b < labels; b++) top = Math.max(top, allowed?.[row + b] === 0 ? -Infinity : (scores[row + b] ?? 0))
    let total = 0
    for (let b = 0; b < labels; b++) {
      if (allowed?.[row + b] === 0) continue
      const own = Math.exp((scores[row + b] ?? 0) - top)
      potentials[row + b] = own
      let sum = t === 0 ? 1 : 0
      if (t > 0) for (let a = 0; a < labels; a++) sum += (forward[row - labels + a] ?? 0) * (moves[a * labels + b] ?? 0)
      forward[row + b] = sum * own
      total += sum * own
    }
    scales[t] = total
    for (let b = 0; b < labels; b++) forward[row + b] = (forward[row + b] ?? 0) / total
    logPartition += Math.log(total) + top
  }
  for (let t = length - 1; t >= 0; t--) {
    const row = t * labels
    for (let a = 0; a < labels; a++) {
      if (t === length - 1) {
        backward[row + a] = 1
        continue
      }
      let sum = 0
      for (let b = 0; b < labels; b++)
        sum += (moves[a * labels + b] ?? 0) * (potentials[row + labels + b] ?? 0) * (backward[row + labels + b] ?? 0)
      backward[row + a] = sum / (scales[t + 1] ?? 1)
    }
  }
  const unary = new Float64Array(scores.length)
  for (let i = 0; i < unary.length; i++) unary[i] = (forward[i] ?? 0) * (backward[i] ?? 0)
  const addTransitions = (into: Float64Array, weight: number): void => {
    for (let t = 1; t < length; t++) {
      const row = t * labels
      const scale = weight / (scales[t] ?? 1)
      for (let a = 0; a < labels; a++) {
        const before = (forward[row - labels + a] ?? 0) * scale
        if (before === 0) continue
        for (let b = 0; b < labels; b++) {
          const i = a * labels + b
          into[i] = (into[i] ?? 0) + before * (moves[i] ?? 0) * (potentials[row + b] ?? 0) * (backward[row + b] ?? 0)
        }
      }
    }
  }
  return { unary, logPartition, addTransitions }
}

const cache = new WeakMap<Float64Array, Float64Array>()

/** Frozen transitions of a loaded model are exponentiated once; in training, where they change, a fresh array comes in. */
function exponentials(transitions: Float64Array): Float64Array {
  let known = cache.get(transitions)
  if (!known) cache.set(transitions, (known = transitions.map(Math.exp)))
  return known
}

/** The best label sequence. */
export function viterbi({ labels, transitions }: Chain, scores: Float64Array): Uint8Array {
  const length = scores.length / labels
  const path = new Uint8Array(length)
  if (length === 0) return path
  const back = new Uint8Array(scores.length)
  let best = scores.slice(0, labels)
  for (let t = 1; t < length; t++) {
    const next = new Float64Array(labels)
    for (let b = 0; b < labels; b++) {
      let top = -Infinity
      let from = 0
      for (let a = 0; a < labels; a++) {
        const score = (best[a] ?? 0) + (transitions[a * labels + b] ?? 0)
        if (score > top) {
          top = score
          from = a
        }
      }
      next[b] = top + (scores[t * labels + b] ?? 0)
      back[t * labels + b] = from
    }
    best = next
  }
  path[length - 1] = best.indexOf(best.reduce((a, b) => Math.max(a, b), -Infinity))
  for (let t = length - 1; t > 0; t--) path[t - 1] = back[t * labels + (path[t] ?? 0)] ?? 0
  return path
}
