import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { readEntities } from './index.ts'

const found = (text: string, section?: string): string[] =>
  readEntities(text, section === undefined ? {} : { section }).map(
    ({ type, text: words, assertion }) => `${type} ${words}${assertion ? ` ${assertion}` : ''}`,
  )

test('a medication with all that belongs to it', () => {
  const [drug] = readEntities('Take lisinopril 10 mg by mouth twice daily for 10 days as needed.')
  expect(drug).toMatchObject({
    type: 'medication',
    text: 'lisinopril',
    assertion: 'present',
    attributes: {
      kind: 'medication',
      dose: { low: 10, ucum: 'mg' },
      route: 'oral',
      frequency: '2/1d',
      duration: '10d',
      asNeeded: true,
    },
    codes: [{ system: 'RxNorm', code: '29046' }],
  })
})

test('assertion by sentence and by section', () => {
  expect(found('She denies chest pain but has a cough.')).toEqual([
    'symptom chest pain absent',
    'symptom cough present',
  ])
  expect(found('GERD, hypothyroidism.', 'past_medical_history')).toEqual([
    'condition GERD historical',
    'condition hypothyroidism historical',
  ])
  expect(found('Mother had breast cancer.', 'family_history')).toEqual(['condition breast cancer family'])
})

test('a term never fires inside another word, and the longest name wins', () => {
  expect(found('heatstroke')).not.toContain('condition stroke present')
  expect(found('Hemoglobin A1c was 7.2 percent.')).toEqual(['test Hemoglobin A1c', 'value 7.2 percent'])
})

test('one name, two types: the neighbours decide', () => {
  expect(found('Glucose 214.')).toEqual(['test Glucose', 'value 214'])
  expect(found('Take potassium 20 meq daily.')[0]).toBe('medication potassium present')
})

test('an age, a year and a time span are no laboratory values', () => {
  expect(found('Hemoglobin in 2015 was fine.')).toEqual(['test Hemoglobin'])
  expect(found('Recheck potassium in 2 weeks.')).toEqual(['test potassium'])
})

test('every entity slices back to its text, whatever the text', () => {
  const word = fc.constantFrom(
    'no',
    'constructor',
    '__proto__',
    'hundred constructor',
    'glucose 5 constructor',
    'every 4 toString',
    'fever',
    'BP 118/72',
    '🫀',
    'caf\u0065\u0301',
    'Crohn’s disease',
    '\r\n',
    '\n\n',
    'PLAN:',
    'aspirin',
    '5 mg',
    'x-ray',
    '½',
    '1/2 tab',
    'bid',
    '\uD83D',
    '👩🏽‍⚕️',
    'allergic to',
    'latex',
    'every',
    '4-6',
    'hours',
    '<0.01',
    'ng/mL',
    'troponin',
    '.',
    ',',
    '  ',
  )
  fc.assert(
    fc.property(fc.array(word, { maxLength: 40 }), (words) => {
      const text = words.join(' ')
      for (const entity of readEntities(text)) expect(text.slice(entity.start, entity.end)).toBe(entity.text)
    }),
    { numRuns: 1000 },
  )
}, 60_000)

test('never throws on 10,000 random strings', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
      for (const entity of readEntities(text)) expect(text.slice(entity.start, entity.end)).toBe(entity.text)
    }),
    { numRuns: 10_000 },
  )
}, 120_000)
