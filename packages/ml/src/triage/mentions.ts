import { assessor } from '../assertion/assess.ts'
import { readEntities } from '../entities/read.ts'
import type { Entity } from '../entities/types.ts'
import { type Sentence, splitSentences, tokenise, type Token } from '../text/index.ts'
import { isJoint, tokenStem } from '../vocabulary/term-key.ts'
import { isFiller, triageTerms } from './tables.ts'
import { clausesOf } from './clauses.ts'
import { longAgoUntil, standingOf } from './standing.ts'
import type { Standing, Stretch } from './types.ts'

/** Something of which the text speaks. */
export interface Mention extends Stretch {
  /** What the terms of triage call it; null where only the clinical vocabularies know it. */
  readonly finding: string | null
  readonly entity: Entity | null
  readonly standing: Standing
}

/** One clause and what was found in it. */
export interface ReadSentence {
  readonly sentence: Sentence
  readonly mentions: readonly Mention[]
  /** Whether an unlisted stretch of it counts as the patient's, now. */
  readonly standingAt: (start: number, end: number) => Standing
}

/**
 * Reads a complaint clause by clause. Phrases of the triage terms come first, the longest at each place, so that "heat
 * stroke" is no stroke; then symptoms and conditions of the clinical vocabularies that no phrase covers.
 */
export function readComplaint(text: string): ReadSentence[] {
  // As the history of a present illness: a complaint is never read as literature, however it is worded.
  const entities = readEntities(text, { section: 'history of present illness' }).filter(
    ({ type }) => type === 'symptom' || type === 'condition',
  )
  return splitSentences(text, tokenise(text))
    .flatMap(clausesOf)
    .map((sentence) => {
      const assess = assessor(text, sentence)
      const evidenceAt = (start: number, end: number) => assess({ start, end, type: 'symptom' }).evidence
      const until = longAgoUntil(sentence.tokens)
      const mentionOf = (found: Stretch & Pick<Mention, 'finding' | 'entity'>, standing: Standing): Mention => ({
        ...found,
        standing: standing === 'stands' && found.start < until ? 'past' : standing,
      })
      const phrases = phrasesIn(sentence.tokens).map(({ finding, start, end }) =>
        mentionOf(
          { finding, entity: null, text: text.slice(start, end), start, end },
          standingOf(evidenceAt(start, end), { start, end }),
        ),
      )
      const named = entities
        .filter(({ start }) => start >= sentence.start && start < sentence.end)
        .map((entity) =>
          mentionOf(
            { finding: null, entity, text: entity.text, start: entity.start, end: entity.end },
            standingOf(evidenceAt(entity.start, entity.end)),
          ),
        )
      return {
        sentence,
        mentions: [...phrases, ...named].toSorted((a, b) => a.start - b.start),
        standingAt: (start, end) => standingOf(evidenceAt(start, end)),
      }
    })
}

interface Phrase {
  readonly finding: string
  readonly start: number
  readonly end: number
}

interface Word {
  readonly token: Token
  readonly stem: string
  /** A comma or the like stands before it: no phrase goes across. */
  readonly isApart: boolean
}

function phrasesIn(tokens: readonly Token[]): Phrase[] {
  const { findingOf, longest } = triageTerms()
  const words = wordsOf(tokens)
  const found: Phrase[] = []
  for (let from = 0; from < words.length;) {
    let best: { finding: string; to: number } | undefined
    let key = ''
    for (let to = from; to < Math.min(words.length, from + longest); to++) {
      const word = words[to]
      if (!word || (to > from && word.isApart)) break
      key = to === from ? word.stem : `${key} ${word.stem}`
      const finding = findingOf.get(key)
      if (finding !== undefined) best = { finding, to }
    }
    const [first, last] = [words[from], best && words[best.to]]
    if (first && last && best) found.push({ finding: best.finding, start: first.token.start, end: last.token.end })
    from = best ? best.to + 1 : from + 1
  }
  return found
}

function wordsOf(tokens: readonly Token[]): Word[] {
  const words: Word[] = []
  let isApart = false
  for (const token of tokens) {
    if (isJoint(token) || isFiller(token.key)) continue
    if (token.kind === 'mark') {
      isApart = true
      continue
    }
    words.push({ token, stem: isMany(token) ? 'many' : tokenStem(token), isApart })
    isApart = false
  }
  return words
}

/** "I took 30 tablets" is what "I took many tablets" is. */
function isMany({ kind, key }: Token): boolean {
  return kind === 'number' && Number(key) >= 10
}
