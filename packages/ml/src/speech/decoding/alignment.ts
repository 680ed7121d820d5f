import type { Vocabulary } from '../model/vocabulary.ts'
import type { LogProbs } from './log-probs.ts'

/** A word with the frames of its first and last letter, and how sure the network was of its letters, 0 to 1. */
export interface AlignedWord {
  readonly word: string
  readonly firstFrame: number
  readonly lastFrame: number
  readonly confidence: number
}

/**
 * Places a text on the frames it was heard in: the likeliest CTC path through exactly that text. A text too long for its
 * frames, which no beam produces, is spread evenly with confidence 0.
 */
export function alignWords(probs: LogProbs, text: string, vocabulary: Vocabulary): AlignedWord[] {
  const words = text.split(' ').filter((word) => word !== '')
  const classes: number[] = []
  const owner: number[] = []
  words.forEach((word, index) => {
    if (index > 0) {
      classes.push(vocabulary.delimiter)
      owner.push(-1)
    }
    for (const letter of word) {
      classes.push(vocabulary.classOf.get(letter) ?? vocabulary.blank)
      owner.push(index)
    }
  })
  const path = classes.length === 0 ? [] : bestPath(probs, classes, vocabulary.blank)
  if (!path) return words.map((word, i) => ({ word, ...spread(i, words.length, probs.frames), confidence: 0 }))
  return words.map((word, index) => summarise(word, index, { probs, path, classes, owner }))
}

function summarise(
  word: string,
  index: number,
  aligned: { probs: LogProbs; path: readonly number[]; classes: readonly number[]; owner: readonly number[] },
): AlignedWord {
  const { probs, path, classes, owner } = aligned
  let first = -1
  let last = 0
  const peaks = new Map<number, number>()
  path.forEach((position, frame) => {
    if (position < 0 || owner[position] !== index) return
    if (first < 0) first = frame
    last = frame
    const at = probs.data[frame * probs.classes + (classes[position] ?? 0)] ?? -Infinity
    peaks.set(position, Math.max(peaks.get(position) ?? -Infinity, at))
  })
  const mean = [...peaks.values()].reduce((sum, peak) => sum + peak, 0) / Math.max(1, peaks.size)
  return { word, firstFrame: Math.max(0, first), lastFrame: last, confidence: Math.exp(mean) }
}

/** Per frame the position in `classes` that it stands for, or -1 for a blank. */
function bestPath(probs: LogProbs, classes: readonly number[], blank: number): number[] | undefined {
  const states = classes.length * 2 + 1
  const classOf = (state: number): number => (state % 2 === 0 ? blank : (classes[(state - 1) / 2] ?? blank))
  const from = new Int8Array(probs.frames * states)
  let current = new Float64Array(states).fill(-Infinity)
  for (let frame = 0; frame < probs.frames; frame++) {
    const next = new Float64Array(states).fill(-Infinity)
    for (let state = 0; state < states; state++) {
      const heard = probs.data[frame * probs.classes + classOf(state)] ?? -Infinity
      if (frame === 0) {
        if (state < 2) next[state] = heard
        continue
      }
      let best = current[state] ?? -Infinity
      let back = 0
      if (state > 0 && (current[state - 1] ?? -Infinity) > best) {
        best = current[state - 1] ?? -Infinity
        back = 1
      }
      const skips = state > 1 && state % 2 === 1 && classOf(state) !== classOf(state - 2)
      if (skips && (current[state - 2] ?? -Infinity) > best) {
        best = current[state - 2] ?? -Infinity
        back = 2
      }
      next[state] = best + heard
      from[frame * states + state] = back
    }
    current = next
  }
  let state = (current[states - 1] ?? -Infinity) > (current[states - 2] ?? -Infinity) ? states - 1 : states - 2
  if ((current[state] ?? -Infinity) === -Infinity) return undefined
  const path: number[] = []
  for (let frame = probs.frames - 1; frame >= 0; frame--) {
    path[frame] = state % 2 === 0 ? -1 : (state - 1) / 2
    state -= from[frame * states + state] ?? 0
  }
  return path
}

function spread(index: number, count: number, frames: number): { firstFrame: number; lastFrame: number } {
  const share = frames / Math.max(1, count)
  return { firstFrame: Math.floor(index * share), lastFrame: Math.max(0, Math.floor((index + 1) * share) - 1) }
}
