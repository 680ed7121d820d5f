import { expect, test } from 'vitest'
import { readFacts } from './index.ts'

const judged = (text: string): (string | null)[] => readFacts(text).map((fact) => fact.judgement)

test('spec 10.3: units are handled, WBC 7.2 and platelets 250 are not critical', () => {
  expect(
    readFacts('WBC 7.2 x10^9/L, platelets 250.').map(({ canonical, judgement }) => ({ canonical, judgement })),
  ).toEqual([
    { canonical: { value: 7.2, unit: '10*3/uL' }, judgement: null },
    { canonical: { value: 250, unit: '10*3/uL' }, judgement: null },
  ])
  expect(readFacts('WBC 7200')[0]).toMatchObject({ unit: '/uL', isUnitInferred: true, canonical: { value: 7.2 } })
})

test('spec 10.3: HbA1c 6.5 is not a haemoglobin of 6.5', () => {
  expect(readFacts('HbA1c 6.5')[0]).toMatchObject({ loinc: '4548-4', judgement: null })
  expect(judged('Hemoglobin 6.5 g/dL')).toEqual(['critical'])
})

test('spec 10.3: glucose of the urine is not glucose of the blood', () => {
  expect(readFacts('Urine glucose 600')[0]).toMatchObject({ specimen: 'urine', judgement: null })
  expect(readFacts('UA: glucose 600')[0]).toMatchObject({ specimen: 'urine', loinc: null, judgement: null })
  expect(judged('Glucose 600')).toEqual(['critical'])
})

test('spec 10.3: "<0.01" is a value, and a range in the text is read', () => {
  expect(readFacts('Troponin <0.01 ng/mL')[0]).toMatchObject({ comparator: '<', value: 0.01, judgement: null })
  expect(readFacts('Potassium 5.4 mmol/L (3.5-5.0)')[0]).toMatchObject({
    range: { low: 3.5, high: 5 },
    judgement: 'high',
  })
})

test('spec 10.3: "no evidence of cancer" is no critical value', () => {
  expect(readFacts('No evidence of cancer.')).toEqual([])
})

test('conversions', () => {
  expect(readFacts('Creatinine 88 umol/L')[0]?.canonical?.value).toBeCloseTo(0.994, 2)
  expect(readFacts('Glucose 3.9 mmol/L')[0]?.canonical?.value).toBeCloseTo(70.3, 1)
  expect(readFacts('Temperature 101.4 degrees Fahrenheit')[0]?.canonical?.value).toBeCloseTo(38.6, 1)
})

test('a blood pressure is two facts, spoken as well', () => {
  for (const text of ['BP 210/130', 'Blood pressure is two hundred ten over one hundred thirty'])
    expect(readFacts(text).map(({ loinc, value, judgement }) => [loinc, value, judgement])).toEqual([
      ['8480-6', 210, 'critical'],
      ['8462-4', 130, 'critical'],
    ])
})

test('a year and an impossible number are no critical values', () => {
  expect(judged('Sodium 1400')).toEqual(['implausible'])
  expect(judged('Creatinine 2015')).toEqual(['implausible'])
})
