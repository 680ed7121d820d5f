import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { numberAt, splitSentences, tokenise } from './index.ts'

const sentencesOf = (text: string): string[] =>
  splitSentences(text).map((sentence) => text.slice(sentence.start, sentence.end))

test('tokens lie in order inside the text and together hold everything but white space', () => {
  const clinical = fc.string({
    unit: fc.constantFrom(
      'a',
      'B',
      '1',
      '.',
      '-',
      "'",
      '’',
      ' ',
      '\r',
      '\n',
      'é',
      'e\u0301',
      '🫀',
      '👩🏽‍⚕️',
      '\u200D',
      '½',
      '\uD83D',
      '、',
    ),
  })
  fc.assert(
    fc.property(fc.oneof(clinical, fc.string({ unit: 'binary' })), (text) => {
      let last = 0
      let kept = ''
      for (const token of tokenise(text)) {
        expect(token.start).toBeGreaterThanOrEqual(last)
        expect(token.end).toBeGreaterThan(token.start)
        kept += text.slice(token.start, token.end)
        last = token.end
      }
      expect(kept).toBe(text.replaceAll(/\s/gu, ''))
    }),
    { numRuns: 500 },
  )
}, 30_000)

test('abbreviations with dots, accents, curly quotes and units glued to numbers', () => {
  expect(tokenise('b.i.d. Sjögren’s 40mg').map((token) => token.key)).toEqual(['bid', "sjogren's", '40', 'mg'])
})

test('sentences: titles, single letters, lists, headings that lost their line break, wrapped lines', () => {
  expect(sentencesOf('Dr. Smith saw her. She is on 2L. Temp 98.6F. No cough.')).toHaveLength(4)
  expect(sentencesOf('- no fever\n- no chills\n1. Hypertension\n2. Gout')).toHaveLength(4)
  expect(sentencesOf('COMPLICATIONS:  None    PLAN:  biopsy')).toEqual(['COMPLICATIONS:  None', 'PLAN:  biopsy'])
  const wrapped = 'The patient was seen in the emergency department with increasing shortness of\nbreath over two days'
  expect(sentencesOf(wrapped)).toEqual([wrapped])
})

test.each([
  ['1,000', 1000],
  ['1/2', 0.5],
  ['1 1/2', 1.5],
  ['one and a half', 1.5],
  ['one hundred and twenty five', 125],
  ['seven point two', 7.2],
  ['thirty-five', 35],
])('numbers as written and spoken: %s', (text, value) => {
  expect(numberAt(tokenise(text), 0)?.value).toBe(value)
})

test('a blood pressure is no fraction', () => {
  expect(numberAt(tokenise('118/72'), 0)).toEqual({ value: 118, to: 1 })
})
