import type { Vocabulary } from '../model/vocabulary.ts'
import { asHeard, hotWords, inPlainLetters } from './hot-words.ts'
import type { LanguageModel } from './language-model.ts'
import { Lexicon } from './lexicon.ts'

/** How the beam weighs what it hears against what it expects. */
export interface DecodingWeights {
  /** `lexicon` allows vocabulary words and hotwords only; `open` prices other words by the letter; `greedy` uses no words. */
  readonly mode: 'lexicon' | 'open' | 'greedy'
  /** Hypotheses kept for a recording, and for a live session, which must share the machine with many others. */
  readonly beamWidth: number
  readonly liveBeamWidth: number
  /** Characters less likely than this (ln) are not tried in a frame. */
  readonly pruneBelow: number
  readonly languageWeight: number
  /** Nats for every word, against the language model's pull to few long words. */
  readonly wordBonus: number
  /** Nats for every hotword. */
  readonly hotwordBonus: number
  /** log10 p of an unknown word: -4 - this per letter. A flat price would glue words together to pay once. */
  readonly unknownPerLetter: number
  /** Nats a letter held against an unfinished word that begins no known one. */
  readonly strayPerLetter: number
}

export const DEFAULT_WEIGHTS: DecodingWeights = {
  mode: 'open',
  beamWidth: 64,
  liveBeamWidth: 32,
  pruneBelow: -7,
  languageWeight: 0.6,
  wordBonus: 1.2,
  hotwordBonus: 3,
  unknownPerLetter: 1,
  strayPerLetter: 1.2,
}

/** What one model needs to decode, shared by all of its sessions, plus the small lexicons of recent hotword lists. */
export class Decoder {
  readonly vocabulary: Vocabulary
  readonly languageModel: LanguageModel | undefined
  readonly lexicon: Lexicon
  readonly weights: DecodingWeights
  private readonly words: readonly string[]
  private readonly hotLexicons = new Map<string, HotLexicon>()

  constructor(parts: {
    vocabulary: Vocabulary
    languageModel?: LanguageModel | undefined
    lexicon?: readonly string[] | undefined
    weights?: Partial<DecodingWeights> | undefined
  }) {
    this.vocabulary = parts.vocabulary
    this.languageModel = parts.languageModel
    this.words = (parts.lexicon ?? parts.languageModel?.words ?? []).filter((word) => !word.startsWith('<'))
    const weights = { ...DEFAULT_WEIGHTS, ...parts.weights }
    this.weights = this.words.length === 0 && weights.mode === 'lexicon' ? { ...weights, mode: 'greedy' } : weights
    this.lexicon = new Lexicon(this.words, this.vocabulary.classOf, (word) =>
      this.wordScore(this.idOf(word), word, -1, -1),
    )
  }

  wordAt(index: number): string {
    return this.words[index] ?? ''
  }

  idOf(word: string): number {
    return this.languageModel?.idOf(word) ?? -1
  }

  /** ln p(word | two words before), language weight not yet applied. */
  wordScore(id: number, word: string, before: number, beforeThat: number): number {
    if (!this.languageModel) return 0
    if (id >= 0) return this.languageModel.score(id, before, beforeThat)
    return (-4 - this.weights.unknownPerLetter * word.length) * Math.LN10
  }

  /** A hotword in the letters that this vocabulary has. */
  private spellable(word: string): string {
    const heard = asHeard(word)
    return Array.from(heard).every((letter) => this.vocabulary.classOf.has(letter)) ? heard : inPlainLetters(word)
  }

  /** The extra words of one session; lists are remembered by content, the 64 latest of them. */
  hotLexicon(hotwords: readonly string[]): HotLexicon | undefined {
    const words = [...new Set(hotwords.flatMap(hotWords).map((word) => this.spellable(word)))]
    if (words.length === 0) return undefined
    const name = words.sort().join(' ')
    const known = this.hotLexicons.get(name)
    if (known) return known
    const made = { words, trie: new Lexicon(words, this.vocabulary.classOf, () => 0) }
    if (this.hotLexicons.size >= 64) this.hotLexicons.delete(this.hotLexicons.keys().next().value ?? '')
    this.hotLexicons.set(name, made)
    return made
  }
}

export interface HotLexicon {
  readonly words: readonly string[]
  readonly trie: Lexicon
}
