import { findSections } from '../sections/find.ts'
import { type Token, splitSentences, tokenise } from '../text/index.ts'
import { type Axes, type Target, assessor } from './assess.ts'
import { isBareBackground } from './background.ts'

const HISTORICAL_SECTIONS: ReadonlySet<string | null> = new Set([
  'past_medical_history',
  'past_surgical_history',
  'social_history',
  'gynecologic_history',
])

/**
 * What a text says of one stretch of it: negated or possible, past or only thought of, the patient's or a relative's.
 * Headings inside the text count. "possible" is not negated.
 */
export function assertTarget(text: string, target: Target): Axes {
  const tokens = tokenise(text)
  const sentence = splitSentences(text, tokens).find((one) => one.end > target.start)
  if (!sentence) return { negation: 'affirmed', temporality: 'recent', experiencer: 'patient', evidence: [] }
  const axes = assessor(text, sentence)(target)
  const section = findSections(text, tokens).findLast(
    (one) => one.start <= target.start && (one.heading?.end ?? 0) <= target.start,
  )
  const inTarget = tokens.filter((token) => token.start >= target.start && token.end <= target.end)
  const isHistorical =
    HISTORICAL_SECTIONS.has(section?.section ?? null) || (isAlone(tokens, target) && isBareBackground(inTarget))
  return {
    ...axes,
    temporality: axes.temporality === 'recent' && isHistorical ? 'historical' : axes.temporality,
    experiencer: section?.section === 'family_history' ? 'other' : axes.experiencer,
  }
}

function isAlone(tokens: readonly Token[], target: Target): boolean {
  return tokens.every((token) => token.kind === 'mark' || (token.start >= target.start && token.end <= target.end))
}
