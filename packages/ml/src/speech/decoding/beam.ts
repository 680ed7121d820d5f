import type { Decoder, HotLexicon } from './decoder.ts'
import { logAdd, type LogProbs } from './log-probs.ts'

/** A blank this sure (ln) ends the frame for every hypothesis alike. */
const SURE_BLANK = -0.01

/** Hypotheses this many nats behind the best one are given up, however many places are left. */
const BEHIND = 14

/** A beam as plain data, to travel and to be kept. -Infinity is null, because JSON has no infinity. */
export interface SavedBeam {
  /** The finished words that all hypotheses share, with their score. */
  readonly shared: string
  readonly score: number
  readonly hypotheses: readonly {
    readonly rest: string
    readonly blank: number | null
    readonly letter: number | null
  }[]
}

/** A node in the tree of texts: everything that follows from the text alone, and its probability in the current frame. */
interface Prefix {
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

/**
 * CTC prefix beam search that can stop after any frame, be saved and go on. Texts are merged by identity in a tree, so
 * two ways to spell the same prefix add up their probabilities.
 */
export class Beam {
  private readonly decoder: Decoder
  private readonly hot: HotLexicon | undefined
  private readonly width: number
  /** Text before the root: words that are settled. */
  private readonly shared: string
  private readonly root: Prefix
  private active: Prefix[]
  private frame = 0

  constructor(decoder: Decoder, options: { hotwords?: readonly string[]; width?: number } = {}, saved?: SavedBeam) {
    const { hotwords = [], width = decoder.weights.beamWidth } = options
    this.decoder = decoder
    this.width = width
    this.hot = decoder.hotLexicon(hotwords)
    this.shared = saved?.shared ?? ''
    const start = decoder.languageModel?.start ?? -1
    const context = [
      -1,
      start,
      ...this.shared
        .split(' ')
        .filter(Boolean)
        .map((word) => decoder.idOf(word)),
    ]
    this.root = prefix({
      class: this.shared === '' ? -1 : decoder.vocabulary.delimiter,
      node: 0,
      hotNode: this.hot ? 0 : -1,
      word: '',
      before: context.at(-1) ?? -1,
      beforeThat: context.at(-2) ?? -1,
      finished: saved?.score ?? 0,
      outlook: 0,
    })
    this.root.blank = 0
    this.active = saved ? saved.hypotheses.map((hypothesis) => this.revive(hypothesis)) : [this.root]
  }

  advance(probs: LogProbs): void {
    const { vocabulary, weights } = this.decoder
    const candidates: number[] = []
    for (let f = 0; f < probs.frames; f++) {
      this.frame++
      const at = f * probs.classes
      const blank = probs.data[at + vocabulary.blank] ?? -Infinity
      if (blank > SURE_BLANK) {
        this.rest(probs.data, at, blank)
        continue
      }
      candidates.length = 0
      for (let c = 0; c < probs.classes; c++)
        if ((probs.data[at + c] ?? -Infinity) > weights.pruneBelow && this.isSpoken(c)) candidates.push(c)
      this.step(probs.data, at, blank, candidates)
    }
  }

  /** The best text so far, its unfinished word included, and how much of it every hypothesis shares. */
  best(): { text: string; stable: number } {
    const text = (this.shared + textOf(this.active[0])).trimEnd()
    const stable = (this.shared + textOf(this.settled())).trimEnd().length
    return { text, stable }
  }

  /** The best text when nothing follows: an unfinished word must be a whole one. */
  finish(): string {
    const { weights } = this.decoder
    let best: { text: string; score: number } | undefined
    for (const hypothesis of this.active) {
      const text = textOf(hypothesis)
      let score = logAdd(hypothesis.blank, hypothesis.letter) + hypothesis.finished
      if (hypothesis.word !== '') {
        const end = this.wordEnd(hypothesis)
        // An unfinished word in lexicon mode cannot be kept: the text loses it, at a price a letter.
        if (end === undefined) {
          score -= 3 * weights.strayPerLetter * hypothesis.word.length
          if (!best || score > best.score) best = { text: text.slice(0, text.length - hypothesis.word.length), score }
          continue
        }
        score += end
      }
      if (!best || score > best.score) best = { text, score }
    }
    return (this.shared + (best?.text ?? '')).trim()
  }

  save(): SavedBeam {
    const settled = this.settled()
    const shared = textOf(settled)
    return {
      shared: this.shared + shared,
      score: settled.finished,
      hypotheses: this.active.map((h) => ({
        rest: textOf(h).slice(shared.length),
        blank: finite(h.blank),
        letter: finite(h.letter),
      })),
    }
  }

  /** The deepest ended word that lies on the way to every hypothesis. */
  private settled(): Prefix {
    let common: Prefix | undefined = this.active[0]
    for (const h of this.active) {
      const onTheWay = new Set<Prefix>()
      for (let at: Prefix | undefined = h; at; at = at.parent) onTheWay.add(at)
      while (common && (!onTheWay.has(common) || common.word !== '')) common = common.parent
    }
    return common ?? this.root
  }

  private revive(saved: SavedBeam['hypotheses'][number]): Prefix {
    let at: Prefix | undefined = this.root
    for (const letter of saved.rest) {
      const next: number | undefined =
        letter === ' ' ? this.decoder.vocabulary.delimiter : this.decoder.vocabulary.classOf.get(letter)
      const child: Prefix | undefined =
        at && next !== undefined ? (at.children?.get(next) ?? this.extend(at, next)) : undefined
      if (at && child) adopt(at, child)
      at = child
    }
    if (!at) return this.root
    at.blank = saved.blank ?? -Infinity
    at.letter = saved.letter ?? -Infinity
    return at
  }

  private isSpoken(c: number): boolean {
    return c === this.decoder.vocabulary.delimiter || typeof this.decoder.vocabulary.letters[c] === 'string'
  }

  private rest(data: Float32Array, at: number, blank: number): void {
    for (const h of this.active) {
      const total = logAdd(h.blank, h.letter) + blank
      h.letter = h.class < 0 ? -Infinity : h.letter + (data[at + h.class] ?? -Infinity)
      h.blank = total
    }
  }

  private step(data: Float32Array, at: number, blank: number, candidates: readonly number[]): void {
    const next: Prefix[] = []
    const touch = (p: Prefix): void => {
      if (p.touched === this.frame) return
      p.touched = this.frame
      p.nextBlank = -Infinity
      p.nextLetter = -Infinity
      next.push(p)
    }
    let least = -Infinity
    for (const h of this.active) {
      touch(h)
      h.nextBlank = logAdd(h.nextBlank, logAdd(h.blank, h.letter) + blank)
      if (h.class >= 0) h.nextLetter = logAdd(h.nextLetter, h.letter + (data[at + h.class] ?? -Infinity))
      least = Math.max(least, logAdd(h.nextBlank, h.nextLetter) + h.finished + h.outlook - BEHIND)
    }
    const { wordBonus, hotwordBonus } = this.decoder.weights
    for (const h of this.active) {
      const total = logAdd(h.blank, h.letter)
      const reach = h.finished + h.outlook + wordBonus + (this.hot ? hotwordBonus : 0)
      for (const c of candidates) {
        const heard = (c === h.class ? h.blank : total) + (data[at + c] ?? -Infinity)
        // What cannot come within reach of the best is not even made.
        if (heard + reach < least) continue
        const child = h.children?.get(c) ?? this.extend(h, c)
        if (!child) continue
        touch(child)
        child.nextLetter = logAdd(child.nextLetter, heard)
        least = Math.max(least, child.nextLetter + child.finished + child.outlook - BEHIND)
      }
    }
    this.active = this.keepBest(next, least)
  }

  private keepBest(next: readonly Prefix[], least: number): Prefix[] {
    const kept: Prefix[] = []
    for (const p of next) {
      p.blank = p.nextBlank
      p.letter = p.nextLetter
      p.score = logAdd(p.blank, p.letter) + p.finished + p.outlook
      if (p.score >= least) kept.push(p)
    }
    kept.sort((x, y) => y.score - x.score)
    if (kept.length > this.width) kept.length = this.width
    for (const p of kept) if (p.parent) adopt(p.parent, p)
    return kept
  }

  /** The best word below the letters so far, or a price for being none. */
  private outlook(word: string, node: number, hotNode: number): number {
    const { weights, lexicon } = this.decoder
    if (weights.mode === 'greedy') return 0
    if (node >= 0) return weights.languageWeight * lexicon.best(node)
    if (hotNode >= 0) return weights.languageWeight * -4 * Math.LN10
    return -weights.strayPerLetter * word.length - weights.languageWeight * 4 * Math.LN10
  }

  private extend(from: Prefix, c: number): Prefix | undefined {
    return c === this.decoder.vocabulary.delimiter ? this.endWord(from, c) : this.addLetter(from, c)
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

  /** Score of ending the word here, or undefined where the mode does not allow it. */
  private wordEnd(p: Prefix): number | undefined {
    const { weights, lexicon } = this.decoder
    if (weights.mode === 'greedy') return 0
    const isHot = this.hot !== undefined && this.hot.trie.word(p.hotNode) >= 0
    if (weights.mode === 'lexicon' && !isHot && lexicon.word(p.node) < 0) return undefined
    const id = this.decoder.idOf(p.word)
    // A hotword the language model does not know costs no more than a rare word.
    const score = id < 0 && isHot ? -4 * Math.LN10 : this.decoder.wordScore(id, p.word, p.before, p.beforeThat)
    return weights.languageWeight * score + weights.wordBonus + (isHot ? weights.hotwordBonus : 0)
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

function adopt(parent: Prefix, child: Prefix): void {
  parent.children ??= new Map()
  parent.children.set(child.class, child)
}

function textOf(p: Prefix | undefined): string {
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

function finite(value: number): number | null {
  return value === -Infinity ? null : value
}
