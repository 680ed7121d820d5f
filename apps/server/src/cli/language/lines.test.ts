import { expect, test } from 'vitest'
import { answerAssertion } from './assertions.ts'
import { answerEntities } from './entities.ts'
import { answerLine } from './lines.ts'
import { renderReading } from './pretty.ts'
import { answerSig } from './sig.ts'

test('a bad line is answered by itself, naming the field and never the text', () => {
  expect(answerLine('{oops', 3, answerEntities)).toEqual({
    line: 3,
    error: { code: 'BAD_LINE', field: '', message: 'is not JSON' },
  })
  expect(answerLine('[1]', 4, answerEntities)).toMatchObject({ error: { message: 'is not an object' } })
  expect(answerLine('{"id":7}', 5, answerEntities)).toEqual({
    id: 7,
    line: 5,
    error: { code: 'BAD_FIELD', field: 'text', message: 'text: is missing' },
  })
  expect(answerLine('{"id":7,"text":"secret","section":1}', 6, answerEntities)).toMatchObject({
    error: { field: 'section' },
  })
})

test('a target outside the text is refused by the name of its field', () => {
  const line = (target: unknown): object =>
    answerLine(JSON.stringify({ id: 1, text: 'no cough', target }), 1, answerAssertion)
  expect(line({ start: 3, end: 99 })).toMatchObject({ error: { field: 'target.end' } })
  expect(line({ start: -1, end: 2 })).toMatchObject({ error: { field: 'target.start' } })
  expect(line(undefined)).toMatchObject({ error: { field: 'target' } })
  expect(line({ start: 3, end: 8 })).toMatchObject({ id: 1, negation: 'negated' })
})

test('an answer keeps the id, whatever it is', () => {
  expect(answerLine('{"id":null,"text":"1 tab po bid"}', 1, answerSig)).toMatchObject({
    id: null,
    dose: 1,
    dose_max: null,
    frequency: '2/1d',
    prn: false,
  })
  expect(answerLine('{"text":"1 tab po bid"}', 1, answerSig)).not.toHaveProperty('id')
})

test('the pretty reading shows every entity with what decided it, without colour codes when none are wanted', () => {
  const shown = renderReading('She denies chest pain.', { colour: false })
  expect(shown).toContain('[chest pain](−)')
  expect(shown).toContain('absent · ICD-10-CM R07.9 · "denies" negated/denies')
  expect(shown).not.toContain('\u001B')
})
