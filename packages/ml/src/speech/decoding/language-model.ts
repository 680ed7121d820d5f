import { gunzipSync } from 'node:zlib'
import { SpeechError } from '../errors.ts'

const LN10 = Math.LN10
const UNKNOWN = -1
/** Ids have 17 bits. */
const MAX_WORDS = 131_000
/** What one string can hold. */
const MOST_BYTES = 1 << 29

/** A back-off n-gram model of up to three words, read from the ARPA format (plain or gzipped). Scores are natural logs. */
export class LanguageModel {
  readonly words: readonly string[]
  readonly start: number
  private readonly ids: ReadonlyMap<string, number>
  private readonly unigram: Float32Array
  private readonly unigramBackoff: Float32Array
  private readonly bigrams: NgramTable
  private readonly trigrams: NgramTable

  constructor(arpa: string) {
    const sections = findSections(arpa)
    const unigrams = sections.get(1)
    if (!unigrams || unigrams.count === 0) throw invalid('it has no unigrams')
    if (unigrams.count > MAX_WORDS) throw invalid(`it has more than ${MAX_WORDS} words`)
    const words: string[] = []
    const ids = new Map<string, number>()
    this.unigram = new Float32Array(unigrams.count)
    this.unigramBackoff = new Float32Array(unigrams.count)
    eachEntry(arpa, unigrams, (score, word, backoff) => {
      this.unigram[words.length] = score
      this.unigramBackoff[words.length] = backoff
      ids.set(word, words.length)
      words.push(word)
    })
    this.words = words
    this.ids = ids
    this.start = ids.get('<s>') ?? UNKNOWN
    this.bigrams = new NgramTable(arpa, sections.get(2), ids)
    this.trigrams = new NgramTable(arpa, sections.get(3), ids)
  }

  idOf(word: string): number {
    return this.ids.get(word) ?? UNKNOWN
  }

  unigramScore(id: number): number {
    return this.unigram[id] ?? -Infinity
  }

  /** ln p(word | before, beforeThat); ids may be -1 for a word the model does not know. */
  score(word: number, before: number, beforeThat: number): number {
    let weight = 0
    if (beforeThat >= 0 && before >= 0) {
      const at = this.trigrams.find(key(beforeThat, before, word))
      if (at >= 0) return this.trigrams.score(at)
      const context = this.bigrams.find(key(UNKNOWN, beforeThat, before))
      if (context >= 0) weight += this.bigrams.backoff(context)
    }
    if (before >= 0) {
      const at = this.bigrams.find(key(UNKNOWN, before, word))
      if (at >= 0) return weight + this.bigrams.score(at)
      weight += this.unigramBackoff[before] ?? 0
    }
    return weight + this.unigramScore(word)
  }
}

export function parseLanguageModel(bytes: Uint8Array): LanguageModel {
  return new LanguageModel(textOf(bytes))
}

function textOf(bytes: Uint8Array): string {
  try {
    const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes, { maxOutputLength: MOST_BYTES }) : bytes
    return new TextDecoder().decode(plain)
  } catch (cause) {
    throw new SpeechError('model.invalid', 'The language model is broken, or larger than 512 MiB.', {
      field: 'language-model',
      cause,
    })
  }
}

/** Sorted keys with their scores: 16 bytes an entry, found by halving. */
class NgramTable {
  private readonly keys: Float64Array
  private readonly values: Float32Array
  private readonly backoffs: Float32Array

  constructor(arpa: string, section: Section | undefined, ids: ReadonlyMap<string, number>) {
    const size = section?.count ?? 0
    const keys = new Float64Array(size)
    const values = new Float32Array(size)
    const backoffs = new Float32Array(size)
    let used = 0
    let isSorted = true
    eachEntry(arpa, section, (score, ngram, backoff) => {
      keys[used] = keyOf(ngram, ids)
      values[used] = score
      backoffs[used] = backoff
      if (used > 0 && (keys[used] ?? 0) < (keys[used - 1] ?? 0)) isSorted = false
      used++
    })
    const order = isSorted
      ? undefined
      : Uint32Array.from(keys, (_, i) => i).sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0))
    this.keys = order ? Float64Array.from(order, (at) => keys[at] ?? 0) : keys
    this.values = order ? Float32Array.from(order, (at) => values[at] ?? 0) : values
    this.backoffs = order ? Float32Array.from(order, (at) => backoffs[at] ?? 0) : backoffs
  }

  find(wanted: number): number {
    let low = 0
    let high = this.keys.length - 1
    while (low <= high) {
      const middle = (low + high) >> 1
      const at = this.keys[middle] ?? 0
      if (at === wanted) return middle
      if (at < wanted) low = middle + 1
      else high = middle - 1
    }
    return -1
  }

  score(at: number): number {
    return this.values[at] ?? -Infinity
  }

  backoff(at: number): number {
    return this.backoffs[at] ?? 0
  }
}

/** Three ids of 17 bits in one exact number. */
function key(a: number, b: number, c: number): number {
  return ((a + 1) * 131_072 + (b + 1)) * 131_072 + (c + 1)
}

function keyOf(ngram: string, ids: ReadonlyMap<string, number>): number {
  const parts = ngram.split(' ').map((word) => ids.get(word))
  const [a, b, c] = parts.length === 2 ? [UNKNOWN, parts[0], parts[1]] : parts
  if (a === undefined || b === undefined || c === undefined) throw invalid('an n-gram holds a word that is no unigram')
  return key(a, b, c)
}

interface Section {
  readonly from: number
  readonly to: number
  readonly count: number
}

/** Where the n-grams of each order stand in the text, which is then read in place: splitting it would take 100 MB. */
function findSections(arpa: string): Map<number, Section> {
  const found = new Map<number, Section>()
  for (const heading of arpa.matchAll(/^\\(\d)-grams:.*\n/gm)) {
    const from = heading.index + heading[0].length
    const next = arpa.indexOf('\n\\', from - 1)
    const to = next < 0 ? arpa.length : next
    let count = 0
    for (let at = from; at < to; at = lineEnd(arpa, at, to) + 1) if (arpa.charCodeAt(at) > 32) count++
    found.set(Number(heading[1]), { from, to, count })
  }
  return found
}

function eachEntry(
  arpa: string,
  section: Section | undefined,
  take: (score: number, ngram: string, backoff: number) => void,
): void {
  if (!section) return
  for (let at = section.from; at < section.to;) {
    const end = lineEnd(arpa, at, section.to)
    if (arpa.charCodeAt(at) > 32) {
      const [score, ngram, backoff] = arpa.slice(at, end).trimEnd().split('\t')
      if (ngram === undefined || !Number.isFinite(Number(score))) throw invalid('a line is no n-gram')
      take(Number(score) * LN10, ngram, Number(backoff ?? 0) * LN10)
    }
    at = end + 1
  }
}

function lineEnd(text: string, at: number, limit: number): number {
  const end = text.indexOf('\n', at)
  return end < 0 || end > limit ? limit : end
}

function invalid(why: string): SpeechError {
  return new SpeechError('model.invalid', `The language model cannot be used: ${why}.`, { field: 'language-model' })
}
