import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseSig, speakSig } from './index.ts'

test.each([
  [
    'take 1 tablet by mouth 2 two times daily as needed for pain max daily amount 100 mg',
    { dose: 1, unit: 'tablet', route: 'oral', frequency: '2/1d', asNeeded: true },
  ],
  ['1-2 by mouth every 4 to 6 hours prn', { dose: 1, doseMax: 2, unit: null, frequency: '1/4-6h', asNeeded: true }],
  ['1 tabs sl bidx9 days', { route: 'sublingual', frequency: '2/1d', duration: '9d' }],
  ['inject 40 units subq 2 times a day', { dose: 40, unit: 'unit', route: 'subcutaneous' }],
  ['take 1 capsule 100 mg total by mouth every 12 hours', { dose: 1, unit: 'capsule', frequency: '1/12h' }],
  ['inhale 2 puffs by mouth twice daily', { dose: 2, unit: 'puff', route: 'inhaled' }],
  ['1/2 tab po q am', { dose: 0.5, unit: 'tablet', frequency: '1/1d' }],
  ['take 1 tablet in the morning at noon and at bedtime', { frequency: '3/1d' }],
  ['5 mg subq qweek', { dose: 5, unit: 'mg', frequency: '1/1wk' }],
  ['use as directed', { dose: null, unit: null, route: null, frequency: null, asNeeded: false, duration: null }],
  ['take 4 tablets daily for 3 days then 3 tablets daily for 3 days', { isComplex: true }],
])('%s', (text, expected) => {
  expect(parseSig(text)).toMatchObject(expected)
})

test.each([
  ['1 tab po bid prn pain x 10 days', 'Take 1 tablet by mouth twice a day only when you need it for 10 days.'],
  ['1-2 tablets every 4-6 hours', 'Take 1 to 2 tablets every 4 to 6 hours.'],
  ['instill 1 drop into both eyes qid', 'Put 1 drop in the eye 4 times a day.'],
  ['1/2 tab daily', 'Take half a tablet once a day.'],
  ['as directed', 'Use as directed.'],
])('%s in plain words', (text, spoken) => {
  expect(speakSig(parseSig(text))).toBe(spoken)
})

test('nothing makes it throw, and there is always something to say', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
      expect(speakSig(parseSig(text))).not.toBe('')
    }),
    { numRuns: 3000 },
  )
}, 30_000)
