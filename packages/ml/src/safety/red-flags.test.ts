import { expect, test } from 'vitest'
import { screenForRedFlags } from './index.ts'

test.each([
  ['I have crushing chest pain.', 'emergency'],
  ['No chest pain, no shortness of breath.', null],
  ['My father had a stroke.', null],
  ['Family history of heart attack.', null],
  ['Vomiting blood since this morning.', 'emergency'],
  ['Blood in stool.', 'urgent'],
  ['Call us if you have chest pain.', null],
  ['Possible meningitis.', 'emergency'],
  ['A cold for two days.', null],
])('spec 5.3: %s is %s', (text, urgency) => {
  expect(screenForRedFlags(text).urgency).toBe(urgency)
})

test('spec 5.3: heatstroke is no stroke, and an emergency of its own', () => {
  expect(screenForRedFlags('Heatstroke at the beach.').flags.map((flag) => flag.rule)).toEqual(['red-flag/heatstroke'])
})

test('spec 5.3: age and pregnancy count', () => {
  expect(screenForRedFlags('Fever since yesterday.').urgency).toBe('soon')
  expect(screenForRedFlags('Fever since yesterday.', { ageYears: 0.1 }).urgency).toBe('emergency')
  expect(screenForRedFlags('Headache.').urgency).toBe(null)
  expect(screenForRedFlags('Headache.', { isPregnant: true }).urgency).toBe('emergency')
})

test('the answer is the same every time: nothing is drawn by chance', () => {
  const text = 'Severe headache and fever.'
  expect(screenForRedFlags(text)).toEqual(screenForRedFlags(text))
})
