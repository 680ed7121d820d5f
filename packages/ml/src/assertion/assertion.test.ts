import { expect, test } from 'vitest'
import { assertTarget } from './index.ts'

function axesOf(text: string): string {
  const start = text.indexOf('[')
  const end = text.indexOf(']') - 1
  const { negation, temporality, experiencer } = assertTarget(text.replaceAll(/[[\]]/g, ''), { start, end })
  return `${negation} ${temporality} ${experiencer}`
}

test.each([
  ['She denies chest pain, nausea or [vomiting].', 'negated recent patient'],
  ['He has no headache, although he is bothered by [photophobia].', 'affirmed recent patient'],
  ['No fever, just a [cough].', 'affirmed recent patient'],
  ['He is not only [short of breath] but also wheezing.', 'affirmed recent patient'],
  ['Hematuria negative, [dysuria] positive.', 'affirmed recent patient'],
  ['[Hematuria] negative, dysuria positive.', 'negated recent patient'],
  ['Lungs [clear], no wheezes.', 'affirmed recent patient'],
  ['[Pulmonary embolism] cannot be excluded.', 'possible recent patient'],
  ['There is no change in her [dyspnea].', 'affirmed recent patient'],
  ['History of [stroke] in 2015.', 'affirmed historical patient'],
  ['A 60-year-old [demented] woman.', 'affirmed recent patient'],
  ['PAST MEDICAL HISTORY: The patient has [hypertension].', 'affirmed historical patient'],
  ['Return to the clinic if there is any new [bleeding].', 'affirmed hypothetical patient'],
  ['His brother died of a [heart attack].', 'affirmed recent other'],
  ['His wife says that he [snores].', 'affirmed recent patient'],
  ['General: in no [acute distress].', 'negated recent patient'],
  ['The patient has been on [warfarin] for years.', 'affirmed recent patient'],
])('%s is %s', (text, expected) => {
  expect(axesOf(text)).toBe(expected)
})

test('a decision carries the words and the rule that made it', () => {
  const text = 'She denies any cough.'
  expect(assertTarget(text, { start: 15, end: 20 }).evidence).toEqual([
    { category: 'negated', rule: 'negated/denies-any', text: 'denies any', start: 4, end: 14 },
  ])
})

test('a target outside the text is affirmed, not an error', () => {
  expect(assertTarget('', { start: 5, end: 9 }).negation).toBe('affirmed')
})
