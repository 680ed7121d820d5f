import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { triage } from './triage.ts'
import { type Complaint, TRIAGE_LEVELS } from './types.ts'

const symptoms = [
  'a runny nose',
  'a cough',
  'a sore throat',
  'a fever',
  'a headache',
  'stomach pain',
  'chest pain',
  'trouble breathing',
  'back pain',
  'a rash',
  'diarrhoea',
  'slurred speech',
  'a stiff neck',
  'blood in my stool',
  'a seizure',
  'gallstones',
  'a wobbly flibber',
]
const emergencies = [
  'I have chest pain now.',
  'I am vomiting blood.',
  "I can't breathe.",
  'One side of my face is drooping.',
  'I want to kill myself.',
  'I passed out today.',
  'The bleeding won’t stop.',
]
const relatives = ['father', 'mother', 'sister', 'grandfather', 'neighbor', 'uncle']

const symptom = fc.constantFrom(...symptoms)
const denied = fc.oneof(
  symptom.map((one) => `I do not have ${one}.`),
  symptom.map((one) => `No ${one.replace(/^an? /, '')}.`),
  fc
    .tuple(symptom, symptom)
    .map(([one, two]) => `I have no ${one.replace(/^an? /, '')} or ${two.replace(/^an? /, '')}.`),
)
const ofRelative = fc
  .tuple(fc.constantFrom(...relatives), symptom, fc.constantFrom('has', 'had', 'died of'))
  .map(([who, what, verb]) => `My ${who} ${verb} ${what}.`)
const base = fc
  .array(
    fc.oneof(
      symptom.map((one) => `I have ${one}.`),
      fc.tuple(symptom, symptom).map(([one, two]) => `Since yesterday I have ${one} and ${two}.`),
      symptom.map((one) => `I have had ${one} for four weeks.`),
    ),
    { minLength: 0, maxLength: 3 },
  )
  .map((sentences) => sentences.join(' '))
const facts: fc.Arbitrary<Omit<Complaint, 'text'>> = fc.record(
  {
    ageYears: fc.constantFrom(0.1, 0.8, 4, 30, 70, 90),
    isPregnant: fc.boolean(),
    severity: fc.integer({ min: 0, max: 10 }),
    durationDays: fc.integer({ min: 0, max: 60 }),
    temperatureC: fc.constantFrom(34, 36.6, 38.5, 40.5),
  },
  { requiredKeys: [] },
)

/** Higher is graver. */
const gravity = (text: string, given: Omit<Complaint, 'text'>) =>
  4 - TRIAGE_LEVELS.indexOf(triage({ text, ...given }).level)

const together = (one: string, two: string, isBefore: boolean) => (isBefore ? `${two} ${one}` : `${one} ${two}`).trim()

describe('whatever else is said', () => {
  it('a denied or a relative’s symptom never makes it graver', () => {
    fc.assert(
      fc.property(base, fc.oneof(denied, ofRelative), facts, fc.boolean(), (text, more, given, isBefore) => {
        expect(gravity(together(text, more, isBefore), given)).toBeLessThanOrEqual(gravity(text, given))
      }),
      { numRuns: 400 },
    )
  })

  it('a present emergency makes it one', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(base, denied, ofRelative), { maxLength: 3 }),
        fc.constantFrom(...emergencies),
        facts,
        fc.boolean(),
        (texts, emergency, given, isBefore) => {
          expect(gravity(together(texts.join(' ').trim(), emergency, isBefore), given)).toBe(4)
        },
      ),
      { numRuns: 400 },
    )
  })

  it('another present symptom never makes it less grave', () => {
    fc.assert(
      fc.property(base, symptom, facts, fc.boolean(), (text, more, given, isBefore) => {
        const before = triage({ text, ...given }).level
        // What stays at home does so only while everything is understood.
        if (before === 'self-care') return
        expect(gravity(together(text, `I have ${more}.`, isBefore), given)).toBeGreaterThanOrEqual(gravity(text, given))
      }),
      { numRuns: 300 },
    )
  })

  it('any text has an answer whose stretches are where they say', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), facts, (text, given) => {
        const answer = triage({ text, ...given })
        for (const { start, end, text: written } of [...answer.setAside, ...answer.notUnderstood])
          expect(text.slice(start, end)).toBe(written)
      }),
      { numRuns: 200 },
    )
  })
})
