import { splitSentences, tokenise } from '../text/index.ts'

export interface Readability {
  /** Flesch-Kincaid grade: years of school in the United States. Patient text should stay at 6 (AMA, NIH advice). */
  readonly grade: number
  /** Flesch reading ease, 0 (hard) to 100 (easy). */
  readonly ease: number
  readonly words: number
  readonly sentences: number
  /** Words of three syllables or more, each once, the longest first. */
  readonly hardWords: readonly string[]
}

const SHOWN = 20

/** How hard an English text is to read. Kincaid and others 1975; a text without words has grade 0 and ease 100. */
export function measureReadability(text: string): Readability {
  const tokens = tokenise(text)
  const words = tokens.filter((token) => token.kind === 'word').map((token) => token.key)
  const sentences = splitSentences(text, tokens).filter((sentence) =>
    sentence.tokens.some((token) => token.kind === 'word'),
  ).length
  if (words.length === 0 || sentences === 0) return { grade: 0, ease: 100, words: 0, sentences: 0, hardWords: [] }
  const syllables = words.reduce((total, word) => total + countSyllables(word), 0)
  const perSentence = words.length / sentences
  const perWord = syllables / words.length
  return {
    grade: Math.max(0, round(0.39 * perSentence + 11.8 * perWord - 15.59)),
    ease: Math.max(0, Math.min(100, round(206.835 - 1.015 * perSentence - 84.6 * perWord))),
    words: words.length,
    sentences,
    hardWords: [...new Set(words.filter((word) => countSyllables(word) >= 3))]
      .toSorted((a, b) => b.length - a.length)
      .slice(0, SHOWN),
  }
}

/** Groups of vowels, less a silent e; right for about nine English words in ten. */
function countSyllables(word: string): number {
  const groups = word
    .replace(/(?:[^l]e|es|ed)$/, (ending) =>
      /^[td]ed$/.test(word.slice(-3)) ? ending : ending.slice(0, ending.length === 2 && ending.startsWith('e') ? 0 : 1),
    )
    .match(/[aeiouy]+/g)
  return Math.max(1, groups?.length ?? 0)
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
