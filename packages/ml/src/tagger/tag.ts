import type { EntityType, Proposal } from '../entities/types.ts'
import type { Token } from '../text/index.ts'
import { type Chain, posteriors, viterbi } from './chain.ts'
import { featuresOf } from './features.ts'
import { type Span, labelCount, spansOf } from './labels.ts'
import { loadModel } from './model.ts'

/** What the tagger says of one sentence. Probabilities are worked out when somebody first asks. */
export interface Tagging {
  /** The stretches of the best label sequence. */
  readonly spans: readonly Span[]
  /** The smallest marginal probability along a stretch, 0 to 1. */
  readonly probability: (span: Span) => number
  /** Mean probability that the tokens of a stretch belong to an entity of these types. */
  readonly support: (from: number, to: number, types: readonly EntityType[]) => number
}

export interface TagInput {
  readonly text: string
  readonly tokens: readonly Token[]
  /** What the rules found there: evidence for the tagger. */
  readonly rules: readonly Proposal[]
  /** Taken from the score of "outside" when the best sequence is sought: more is found, less surely. */
  readonly eagerness: number
}

/** Runs a model over a sentence. */
export function tagSentence(model: string, { text, tokens, rules, eagerness }: TagInput): Tagging {
  const { names, transitions, addScore } = loadModel(model)
  const types = names as readonly EntityType[]
  const labels = labelCount(types)
  const chain: Chain = { labels, transitions }
  const scores = new Float64Array(tokens.length * labels)
  for (const [t, features] of featuresOf(text, tokens, rules).entries())
    for (const feature of features) addScore(feature, scores, t * labels, 1)
  const eager = eagerness === 0 ? scores : scores.map((score, i) => (i % labels === 0 ? score - eagerness : score))
  let known: Float64Array | undefined
  const at = (token: number, label: number): number => {
    known ??= posteriors(chain, scores).unary
    return known[token * labels + label] ?? 0
  }
  return {
    spans: spansOf(viterbi(chain, eager), types),
    probability({ type, from, to }) {
      const first = 2 * types.indexOf(type) + 1
      let least = at(from, first)
      for (let i = from + 1; i < to; i++) least = Math.min(least, at(i, first + 1))
      return least
    },
    support(from, to, wanted) {
      let total = 0
      for (let i = from; i < to; i++)
        for (const [t, type] of types.entries()) if (wanted.includes(type)) total += at(i, 2 * t + 1) + at(i, 2 * t + 2)
      return total / (to - from)
    },
  }
}
