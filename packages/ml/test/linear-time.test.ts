import { expect, test } from 'vitest'
import { readEntities } from '../src/entities/index.ts'
import { splitSentences, tokenise } from '../src/text/index.ts'

// Ratios within one run, never absolutes: sixteen times the text may cost at most a hundred times the time, where anything
// quadratic would cost 256. Each side is the best of three.
const GROWTH = 16
const MOST = 100

const REPEATS = {
  negations: 'no ',
  'open brackets': '(',
  letters: 'a',
  'dotted letters': 'a.',
  digits: '1',
  'digits and slashes': '1/2/',
  'a sentence without end': 'fever and ',
  headings: 'PLAN: ',
  'drug and dose': 'aspirin 5 mg daily ',
  'line breaks': '\n',
  hyphens: 'x-',
  'spoken numbers': 'one hundred ',
}

test.each(Object.entries(REPEATS))(
  'reading %s over and over stays linear',
  (_, unit) => {
    const base = unit.repeat(Math.ceil(1500 / unit.length))
    const small = best(() => readEntities(base))
    const large = best(() => readEntities(base.repeat(GROWTH)))
    expect(large / Math.max(small, 0.5)).toBeLessThan(MOST)
  },
  120_000,
)

test('a megabyte is read, and every token of it belongs to one sentence', () => {
  const text = 'She denies chest pain, but takes aspirin 81 mg daily.\n'.repeat(20_000).slice(0, 1_000_000)
  const tokens = tokenise(text)
  const sentences = splitSentences(text, tokens)
  expect(sentences.reduce((total, sentence) => total + sentence.tokens.length, 0)).toBe(tokens.length)
  expect(readEntities(text).length).toBeGreaterThan(50_000)
}, 240_000)

function best(work: () => unknown): number {
  let least = Infinity
  for (let i = 0; i < 3; i++) {
    const start = performance.now()
    work()
    least = Math.min(least, performance.now() - start)
  }
  return least
}
