import { asHeard, hotWords, inPlainLetters } from '../decoding/hot-words.ts'
import type { TextPiece } from '../streaming/events.ts'
import { capitalise, cased, NAME_RULES } from './clinical-names.ts'
import { NUMBER_RULES } from './number-phrases.ts'
import type { Rewrite, Rule } from './rule.ts'
import { spokenMark } from './spoken-marks.ts'

const RULES: readonly Rule[] = [spokenMark, ...NAME_RULES, ...NUMBER_RULES]

/**
 * Spoken words -> text for a note: figures, units, doses, dates, blood pressures, dictated punctuation and line breaks,
 * casing. Every piece of the text knows which words it came from, so that the word times can be followed.
 * Nothing is added that was not said: no punctuation is guessed.
 */
export function normaliseTranscript(
  words: readonly string[],
  context: { hotwords?: readonly string[]; atSentenceStart?: boolean } = {},
): { text: string; pieces: TextPiece[]; endsSentence: boolean } {
  const casing = new Map(
    (context.hotwords ?? []).flatMap(hotWords).flatMap((word) => [
      [inPlainLetters(word), word],
      [asHeard(word), word],
    ]),
  )
  const pieces: TextPiece[] = []
  let text = ''
  let atStart = context.atSentenceStart ?? true
  let glued = true
  let isName = false
  for (let at = 0; at < words.length;) {
    const rewrite = rewriteAt(words, at) ?? { text: cased(words[at] ?? '', casing), used: 1 }
    const { glue } = rewrite
    if (!glued && glue !== 'left' && glue !== 'both') text += ' '
    const from = text.length
    text += (atStart || isName) && glue === undefined ? capitalise(rewrite.text) : rewrite.text
    isName = rewrite.titles ?? false
    pieces.push({ from, to: text.length, firstWord: at, lastWord: at + rewrite.used - 1 })
    glued = glue === 'right' || glue === 'both'
    if (glue === undefined) atStart = false
    if (rewrite.ends) atStart = true
    at += rewrite.used
  }
  return { text, pieces, endsSentence: atStart }
}

function rewriteAt(words: readonly string[], at: number): Rewrite | undefined {
  for (const rule of RULES) {
    const rewrite = rule(words, at)
    if (rewrite) return rewrite
  }
  return undefined
}

/** Texts of successive segments as one. */
export function joinTexts(texts: readonly string[]): string {
  let joined = ''
  for (const text of texts)
    joined += joined === '' || /^[.,;:?!)\n]/.test(text) || /[\n(]$/.test(joined) ? text : ` ${text}`
  return joined
}
