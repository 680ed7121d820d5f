import type { Decoder } from './decoder.ts'
import { logAdd, type LogProbs } from './log-probs.ts'
import { adopt, type Prefix, textOf, TextTree } from './text-tree.ts'

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

/**
 * CTC prefix beam search that can stop after any frame, be saved and go on. Texts are merged by identity in a tree, so
 * two ways to spell the same prefix add up their probabilities.
 */
export class Beam {
  private readonly decoder: Decoder
  private readonly width: number
  /** Text before the tree's root: words that are settled. */
  private readonly shared: string
  private readonly tree: TextTree
  private active: Prefix[]
  private frame = 0

  constructor(decoder: Decoder, options: { hotwords?: readonly string[]; width?: number } = {}, saved?: SavedBeam) {
    const { hotwords = [], width = decoder.weights.beamWidth } = options
    this.decoder = decoder
    this.width = width
    this.shared = saved?.shared ?? ''
    this.tree = new TextTree(decoder, { hotwords, shared: this.shared, score: saved?.score ?? 0 })
    this.tree.root.blank = 0
    this.active = saved ? saved.hypotheses.map((hypothesis) => this.revive(hypothesis)) : [this.tree.root]
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
        const end = this.tree.wordEnd(hypothesis)
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
    return common ?? this.tree.root
  }

  private revive(saved: SavedBeam['hypotheses'][number]): Prefix {
    let at: Prefix | undefined = this.tree.root
    for (const letter of saved.rest) {
      const next: number | undefined =
        letter === ' ' ? this.decoder.vocabulary.delimiter : this.decoder.vocabulary.classOf.get(letter)
      const child: Prefix | undefined =
        at && next !== undefined ? (at.children?.get(next) ?? this.tree.extend(at, next)) : undefined
      if (at && child) adopt(at, child)
      at = child
    }
    if (!at) return this.tree.root
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
    const { tree } = this
    const { wordBonus, hotwordBonus } = this.decoder.weights
    for (const h of this.active) {
      const total = logAdd(h.blank, h.letter)
      const reach = h.finished + h.outlook + wordBonus + (tree.hot ? hotwordBonus : 0)
      for (const c of candidates) {
        const heard = (c === h.class ? h.blank : total) + (data[at + c] ?? -Infinity)
        // What cannot come within reach of the best is not even made.
        if (heard + reach < least) continue
        const child = h.children?.get(c) ?? tree.extend(h, c)
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
}

function finite(value: number): number | null {
  return value === -Infinity ? null : value
}
