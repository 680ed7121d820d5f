import { expect, test } from 'vitest'
import { classifySection, findSections, sectionKind } from './index.ts'

const kinds = (text: string): (string | null)[] => findSections(text).map((section) => section.section)

test('written headings: colons, capitals, short British forms, lost line breaks', () => {
  expect(kinds('PMH: nil\nDH: microgynon\nFH: mother - migraine\nImp: migraine\n\nPlan:\n1. rest')).toEqual([
    'past_medical_history',
    'medications',
    'family_history',
    'assessment',
    'plan',
  ])
  expect(kinds('He is well.    MEDICATIONS:  None    PLAN:  rest')).toEqual([null, 'medications', 'plan'])
  expect(kinds('PHYSICAL EXAM\n\nLUNGS: clear\nHEART: regular')).toEqual(['physical_exam'])
})

test('spoken headings', () => {
  expect(kinds('He is well. New section, plan. Start aspirin. Next section medications lisinopril')).toEqual([
    null,
    'plan',
    'medications',
  ])
})

test('an unknown heading ends the section before it', () => {
  expect(kinds('ALLERGIES: penicillin\nCOMPLICATIONS: none')).toEqual(['allergies', null])
})

test('sections cover the text in order', () => {
  const text = 'x\nPLAN: a\r\n\r\nMeds: b 🫀'
  const sections = findSections(text)
  expect(sections.map((section) => text.slice(section.start, section.end)).join('')).toBe(text)
})

test('passages without a heading are classified, with a confidence', () => {
  expect(classifySection('Penicillin causes hives. No other known drug allergies.').label).toBe('ALLERGY')
  expect(
    classifySection('Mother died of colon cancer. Father has diabetes. She smokes and drinks wine.'),
  ).toMatchObject({ label: 'FAM/SOCHX' })
  expect(classifySection('').confidence).toBeLessThanOrEqual(1)
})

test('names of sections however they are written', () => {
  expect([
    sectionKind('Past Medical History'),
    sectionKind('past_medical_history'),
    sectionKind('PMHx'),
    sectionKind('weather'),
  ]).toEqual(['past_medical_history', 'past_medical_history', 'past_medical_history', undefined])
})
