import type { Vocabulary } from '../model/vocabulary.ts'
import type { LogProbs } from './log-probs.ts'

/** The likeliest class of each frame, repeats and blanks removed: no dictionary, no language model. */
export function greedyText(probs: LogProbs, vocabulary: Vocabulary): string {
  let text = ''
  let previous = -1
  for (let frame = 0; frame < probs.frames; frame++) {
    const start = frame * probs.classes
    let best = 0
    for (let c = 1; c < probs.classes; c++)
      if ((probs.data[start + c] ?? -Infinity) > (probs.data[start + best] ?? -Infinity)) best = c
    if (best !== previous) text += best === vocabulary.delimiter ? ' ' : (vocabulary.letters[best] ?? '')
    previous = best
  }
  return text.replace(/ +/g, ' ').trim()
}
