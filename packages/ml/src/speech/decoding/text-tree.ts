import type { Decoder, HotLexicon } from './decoder.ts'

/** A node in the tree of texts: everything that follows from the text alone, and its probability in the current frame. */
export interface Prefix {
  readonly parent: Prefix | undefined
  readonly class: number
  readonly node: number
  readonly hotNode: number
  readonly word: string
  readonly before: number
  readonly beforeThat: number
  /** Language-model score of the finished words. */
  readonly finished: number
  /** Those that were ever kept, so that each text stays one object. */
  children: Map<number, Prefix> | undefined
  /** What the unfinished word can still become, in nats. */
  readonly outlook: number
  blank: number
  letter: number
  nextBlank: number
  nextLetter: number
  touched: number
  score: number
}

/** Texts as far as they were tried: what may follow each, and what lexicon, hotwords and language model make of it. */
export class TextTree {
  private readonly decoder: Decoder
  readonly hot: HotLexicon | undefined
  readonly root: Prefix

  /** Grows from words that are settled, with their score. */
  constructor(decoder: Decoder, from: { hotwords: readonly string[]; shared: string; score: number }) {
    this.decoder = decoder
    this.hot = decoder.hotLexicon(from.hotwords)
    const start = decoder.languageModel?.start ?? -1
    const context = [
      -1,
      start,
      ...from.shared
        .split(' ')
        .filter(Boolean)
        .map((word) => decoder.idOf(word)),
    ]
    this.root = prefix({
      class: from.shared === '' ? -1 : decoder.vocabulary.delimiter,
      node: 0,
      hotNode: this.hot ? 0 : -1,
      word: '',
      before: context.at(-1) ?? -1,
      beforeThat: context.at(-2) ?? -1,
      finished: from.score,
      outlook: 0,
    })
  }

  /** The text and one class more, or undefined where the mode does not allow it. Not yet kept. */
  extend(from: Prefix, c: number): Prefix | undefined {
    return c === this.decoder.vocabulary.delimiter ? this.endWord(from, c) : this.addLetter(from, c)
  }

  /** Score of ending the word here, or undefined where the mode does not allow it. */
  wordEnd(p: Prefix): number | undefined {
    const { weights, lexicon } = this.decoder
    if (weights.mode === 'greedy') return 0
    const isHot = this.hot !== undefined && this.hot.trie.word(p.hotNode) >= 0
    if (weights.mode === 'lexicon' && !isHot && lexicon.word(p.node) < 0) return undefined
    const id = this.decoder.idOf(p.word)
    // A hotword the language model does not know costs no more than a rare word.
    const score = id < 0 && isHot ? -4 * Math.LN10 : this.decoder.wordScore(id, p.word, p.before, p.beforeThat)
    return weights.languageWeight * score + weights.wordBonus + (isHot ? weights.hotwordBonus : 0)
  }

  private addLetter(from: Prefix, c: number): Prefix | undefined {
    const { lexicon, weights, vocabulary } = this.decoder
    const starts = from.word === ''
    const node = lexicon.step(starts ? 0 : from.node, c)
    const hotNode = this.hot ? this.hot.trie.step(starts ? 0 : from.hotNode, c) : -1
    if (weights.mode === 'lexicon' && node < 0 && hotNode < 0) return undefined
    const word = from.word + (vocabulary.letters[c] ?? '')
    const { before, beforeThat, finished } = from
    const outlook = this.outlook(word, node, hotNode)
    return prefix({ parent: from, class: c, node, hotNode, word, before, beforeThat, finished, outlook })
  }

  private endWord(from: Prefix, c: number): Prefix | undefined {
    if (from.word === '') return undefined
    const end = this.wordEnd(from)
    if (end === undefined) return undefined
    const id = this.decoder.idOf(from.word)
    return prefix({
      parent: from,
      class: c,
      node: 0,
      hotNode: 0,
      word: '',
      before: id,
      beforeThat: from.before,
      finished: from.finished + end,
      outlook: 0,
    })
  }

  /** The best word below the letters so far, or a price for being none. */
  private outlook(word: string, node: number, hotNode: number): number {
    const { weights, lexicon } = this.decoder
    if (weights.mode === 'greedy') return 0
    if (node >= 0) return weights.languageWeight * lexicon.best(node)
    if (hotNode >= 0) return weights.languageWeight * -4 * Math.LN10
    return -weights.strayPerLetter * word.length - weights.languageWeight * 4 * Math.LN10
  }
}

type PrefixText = Pick<
  Prefix,
  'class' | 'node' | 'hotNode' | 'word' | 'before' | 'beforeThat' | 'finished' | 'outlook'
> & {
  parent?: Prefix
}

function prefix(text: PrefixText): Prefix {
  return {
    parent: text.parent,
    class: text.class,
    node: text.node,
    hotNode: text.hotNode,
    word: text.word,
    before: text.before,
    beforeThat: text.beforeThat,
    finished: text.finished,
    outlook: text.outlook,
    children: undefined,
    blank: -Infinity,
    letter: -Infinity,
    nextBlank: -Infinity,
    nextLetter: -Infinity,
    touched: 0,
    score: 0,
  }
}

/** Keeps a text as the one object that it is from now on. */
export function adopt(parent: Prefix, child: Prefix): void {
  parent.children ??= new Map()
  parent.children.set(child.class, child)
}

/** What was said since the root, a word that is not finished included. */
export function textOf(p: Prefix | undefined): string {
  const words: string[] = []
  let at = p
  let last = p?.word ?? ''
  while (at) {
    if (at.word === '' && at.parent) {
      words.push(last)
      last = at.parent.word
    }
    at = at.parent
  }
  words.push(last)
  return words.reverse().join(' ')
}
