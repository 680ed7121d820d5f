import { proposeByRule } from '../src/entities/propose.ts'
import type { EntityType } from '../src/entities/types.ts'
import { findPieces } from '../src/sig/pieces.ts'
import { featuresOf } from '../src/tagger/features.ts'
import { labelCount } from '../src/tagger/labels.ts'
import { type Sentence, splitSentences } from '../src/text/index.ts'
import type { AnnotatedText } from './corpora.ts'

/** One sentence for training: its features and, a token, which labels the annotation allows. */
export interface Example {
  readonly features: readonly Uint32Array[]
  readonly allowed: Uint8Array
}

export interface Annotation {
  readonly types: readonly EntityType[]
  /** Other names for a type in this corpus: `vital` is `test`. */
  readonly rename: Readonly<Partial<Record<EntityType, EntityType>>>
  /** Types the corpus annotates; tokens outside its spans may be any other type. */
  readonly annotated: ReadonlySet<EntityType>
}

/** Sentences of an annotated text as training examples. */
export function examplesOf(document: AnnotatedText, annotation: Annotation): Example[] {
  return splitSentences(document.text).map((sentence) => ({
    features: featuresOf(
      document.text,
      sentence.tokens,
      proposeByRule({ tokens: sentence.tokens, section: null, pieces: findPieces(sentence.tokens) }),
    ),
    allowed: allowedLabels(sentence, document, annotation),
  }))
}

function allowedLabels(
  { tokens }: Sentence,
  document: AnnotatedText,
  { types, rename, annotated }: Annotation,
): Uint8Array {
  const labels = labelCount(types)
  const allowed = new Uint8Array(tokens.length * labels)
  const isGold = new Uint8Array(tokens.length)
  // Longest first: of nested spans the outer one is learnt.
  for (const entity of document.entities.toSorted((a, b) => b.end - b.start - (a.end - a.start))) {
    const type = types.indexOf(rename[entity.type] ?? entity.type)
    if (type < 0) continue
    const inside = tokens.flatMap((token, i) => (token.start < entity.end && token.end > entity.start ? [i] : []))
    if (inside.length === 0 || inside.some((i) => isGold[i] === 1)) continue
    for (const [position, i] of inside.entries()) {
      isGold[i] = 1
      allowed[i * labels + 2 * type + (position === 0 ? 1 : 2)] = 1
    }
  }
  for (let i = 0; i < tokens.length; i++) {
    if (isGold[i] === 1) continue
    allowed[i * labels] = 1
    for (const [t, type] of types.entries()) {
      if (annotated.has(type)) continue
      allowed[i * labels + 2 * t + 1] = 1
      allowed[i * labels + 2 * t + 2] = 1
    }
  }
  return allowed
}
