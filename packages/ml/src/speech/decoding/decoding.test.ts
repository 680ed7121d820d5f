import { gzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SpeechError } from '../errors.ts'
import { parseVocabulary } from '../model/vocabulary.ts'
import { alignWords } from './alignment.ts'
import { Beam } from './beam.ts'
import { Decoder } from './decoder.ts'
import { greedyText } from './greedy.ts'
import { LanguageModel, parseLanguageModel } from './language-model.ts'
import { type LogProbs, logSoftmax } from './log-probs.ts'

const TOKENS = ['<pad>', '<s>', '</s>', '<unk>', '|', ...Array.from("ETAONIHSRDLUMWCFGYPBVK'XJQZ")]
const vocabulary = parseVocabulary(Object.fromEntries(TOKENS.map((token, i) => [token, i])))

const ARPA = `\\data\\
ngram 1=6
ngram 2=2
ngram 3=1

\\1-grams:
-9\t<s>\t-0.5
-1\tchest\t-0.3
-1\tpain\t-0.2
-1.2\tpan
-2\tno\t-0.1
-2\tchess

\\2-grams:
-0.2\tchest pain
-0.5\tno chest\t-0.4

\\3-grams:
-0.1\tno chest pain

\\end\\
`

/** Frames that spell a text, each letter held for two frames with a blank after it, at a given certainty. */
function spelling(text: string, certainty = 0.9): LogProbs {
  const path = Array.from(text).flatMap((letter) => {
    const at = letter === ' ' ? vocabulary.delimiter : (vocabulary.classOf.get(letter) ?? 0)
    return [at, at, 0]
  })
  const logits = new Float32Array(path.length * TOKENS.length)
  path.forEach((at, frame) => {
    logits[frame * TOKENS.length + at] = Math.log((certainty * (TOKENS.length - 1)) / (1 - certainty))
  })
  return logSoftmax(logits, TOKENS.length)
}

function decode(probs: LogProbs, decoder: Decoder, hotwords: readonly string[] = []): string {
  const beam = new Beam(decoder, { hotwords })
  beam.advance(probs)
  return beam.finish()
}

describe('language model', () => {
  const model = parseLanguageModel(gzipSync(ARPA))
  const id = (word: string): number => model.idOf(word)

  it('scores a known trigram, bigram and unigram, and backs off with its weights', () => {
    const log10 = (score: number): number => score / Math.LN10
    expect(log10(model.score(id('pain'), id('chest'), id('no')))).toBeCloseTo(-0.1)
    expect(log10(model.score(id('pain'), id('chest'), id('pan')))).toBeCloseTo(-0.2)
    expect(log10(model.score(id('pan'), id('chest'), id('no')))).toBeCloseTo(-0.4 - 0.3 - 1.2)
    expect(log10(model.score(id('pan'), -1, -1))).toBeCloseTo(-1.2)
  })

  it.each([
    ['no unigrams', '\\data\\\n\\end\\\n'],
    ['an unknown word in a pair', ARPA.replace('chest pain', 'chest pane')],
    ['a line without a word', ARPA.replace('-1\tpain\t-0.2', 'pain')],
  ])('refuses a file with %s', (_, arpa) => {
    expect(() => new LanguageModel(arpa)).toThrow(
      expect.objectContaining({ code: 'model.invalid' } satisfies Partial<SpeechError>),
    )
  })

  it('reads n-grams in any order', () => {
    const swapped = ARPA.replace('-0.2\tchest pain\n-0.5\tno chest\t-0.4', '-0.5\tno chest\t-0.4\n-0.2\tchest pain')
    const other = new LanguageModel(swapped)
    expect(other.score(other.idOf('pain'), other.idOf('chest'), -1)).toBeCloseTo(-0.2 * Math.LN10)
  })
})

describe('beam', () => {
  const languageModel = new LanguageModel(ARPA)
  const lexicon = new Decoder({ vocabulary, languageModel, weights: { mode: 'lexicon' } })
  const open = new Decoder({ vocabulary, languageModel, weights: { mode: 'open' } })

  it('hears what is spelled clearly, in every mode', () => {
    expect(greedyText(spelling('no chest pain'), vocabulary)).toBe('no chest pain')
    expect(decode(spelling('no chest pain'), lexicon)).toBe('no chest pain')
    expect(decode(spelling('no chest pain'), open)).toBe('no chest pain')
  })

  it('mends a misspelling to a word of the lexicon, which greedy cannot', () => {
    const heard = spelling('no chast pain', 0.6)
    expect(greedyText(heard, vocabulary)).toBe('no chast pain')
    expect(decode(heard, lexicon)).toBe('no chest pain')
  })

  it('writes an unknown word in open mode only, or where it is a hotword', () => {
    const heard = spelling('no zyx', 0.97)
    expect(decode(heard, open)).toBe('no zyx')
    expect(decode(heard, lexicon)).not.toContain('zyx')
    expect(decode(heard, lexicon, ['Zyx'])).toBe('no zyx')
  })

  it('expects a name with accents in the letters that its vocabulary has, and no shreds of it', () => {
    expect(decode(spelling('no muller', 0.97), lexicon, ['Müller'])).toBe('no muller')
    expect(decode(spelling("no o'brien", 0.97), lexicon, ['O’Brien'])).toBe("no o'brien")
    expect(decode(spelling('no ller', 0.97), lexicon, ['Müller'])).not.toBe('no ller')
  })

  it('keeps one session’s hotwords from another', () => {
    decode(spelling('no zyx', 0.97), lexicon, ['zyx'])
    expect(decode(spelling('no zyx', 0.97), lexicon, ['other'])).not.toContain('zyx')
  })

  it('gives the same text however the frames are cut, saved as JSON and taken up again', () => {
    const probs = spelling('no chast pan no chess pain', 0.5)
    const whole = decode(probs, lexicon)
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: probs.frames - 1 }), { maxLength: 6 }), (cuts) => {
        let saved: ReturnType<Beam['save']> | undefined
        const ends = [...cuts.sort((a, b) => a - b), probs.frames]
        let from = 0
        for (const to of ends) {
          const beam = new Beam(lexicon, {}, saved)
          const data = probs.data.subarray(from * probs.classes, to * probs.classes)
          beam.advance({ data, frames: to - from, classes: probs.classes })
          saved = JSON.parse(JSON.stringify(beam.save()))
          from = to
        }
        expect(new Beam(lexicon, {}, saved).finish()).toBe(whole)
      }),
      { numRuns: 50 },
    )
  })

  it('never takes back what it called stable', () => {
    const probs = spelling('no chest pain no chest pain', 0.97)
    const beam = new Beam(lexicon)
    let stable = ''
    for (let frame = 0; frame < probs.frames; frame++) {
      const data = probs.data.subarray(frame * probs.classes, (frame + 1) * probs.classes)
      beam.advance({ data, frames: 1, classes: probs.classes })
      const best = beam.best()
      expect(best.text.startsWith(stable)).toBe(true)
      stable = best.text.slice(0, best.stable)
    }
    expect(stable.length).toBeGreaterThan(5)
    expect(beam.finish().startsWith(stable.trim())).toBe(true)
  })
})

describe('alignment', () => {
  it('places each word on the frames that spell it, surer where they are surer', () => {
    const words = alignWords(spelling('no chest pain'), 'no chest pain', vocabulary)
    expect(words.map(({ word, firstFrame, lastFrame }) => ({ word, firstFrame, lastFrame }))).toEqual([
      { word: 'no', firstFrame: 0, lastFrame: 4 },
      { word: 'chest', firstFrame: 9, lastFrame: 22 },
      { word: 'pain', firstFrame: 27, lastFrame: 37 },
    ])
    const [unsure] = alignWords(spelling('no', 0.5), 'no', vocabulary)
    expect(unsure?.confidence).toBeLessThan(words[0]?.confidence ?? 0)
  })

  it('spreads a text that its frames cannot hold, with no confidence', () => {
    const words = alignWords(spelling('a'), 'chest pain', vocabulary)
    expect(words.map((word) => word.confidence)).toEqual([0, 0])
  })
})
