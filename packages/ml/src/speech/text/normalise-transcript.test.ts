import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { joinTexts, normaliseTranscript } from './normalise-transcript.ts'

const written = (spoken: string, hotwords: string[] = []): string =>
  normaliseTranscript(spoken.split(' '), { hotwords }).text

describe('spoken text becomes text for a note', () => {
  it.each([
    ['blood pressure is one hundred twenty over eighty', 'Blood pressure is 120/80'],
    ['blood pressure one forty over ninety five millimeters of mercury', 'Blood pressure 140/95 mmHg'],
    ['pressure one oh five over sixty', 'Pressure 105/60'],
    ['power is five out of five in all limbs', 'Power is 5/5 in all limbs'],
    ['start amlodipine five milligrams once daily', 'Start amlodipine 5 mg once daily'],
    ['give zero point five milligrams', 'Give 0.5 mg'],
    ['give point five milligrams', 'Give 0.5 mg'],
    ['give five point zero milligrams', 'Give 5 mg'],
    ['potassium is five point zero', 'Potassium is 5.0'],
    ['levothyroxine one hundred and twenty five micrograms', 'Levothyroxine 125 mcg'],
    ['ten units of insulin', '10 units of insulin'],
    ['one tablet at night', '1 tablet at night'],
    ['one of the nurses', 'One of the nurses'],
    ['type two diabetes', 'Type 2 diabetes'],
    ['saturation ninety four percent on two liters', 'Saturation 94% on 2 L'],
    ['temperature thirty eight point seven degrees celsius', 'Temperature 38.7°C'],
    ['heart rate seventy two beats per minute', 'Heart rate 72 bpm'],
    ['white cells twelve thousand five hundred', 'White cells 12,500'],
    ['seen on the twelfth of october twenty twenty three', 'Seen on 12 October 2023'],
    ['seen on october twelfth', 'Seen on October 12'],
    ['appendectomy in nineteen ninety eight', 'Appendectomy in 1998'],
    ['in two thousand and four', 'In 2004'],
    ['number five five five one two three', 'Number 555123'],
    ['no fever period new paragraph plan colon rest', 'No fever.\n\nPlan: rest'],
    ['fever comma cough full stop chest is clear', 'Fever, cough. Chest is clear'],
    ['over a period of three weeks', 'Over a period of 3 weeks'],
    ['her last period was normal', 'Her last period was normal'],
    ['history of colon cancer', 'History of colon cancer'],
    ['open bracket right close bracket side', '(Right) side'],
    ['c t scan and m r i', 'CT scan and MRI'],
    ['a c t scan of the head', 'A CT scan of the head'],
    ['tender at l four', 'Tender at L4'],
    ['hemoglobin a one c is seven point two', 'HbA1c is 7.2'],
    ["covid nineteen and parkinson's disease", "COVID-19 and Parkinson's disease"],
    ['seen by doctor harrison on monday', 'Seen by Dr Harrison on Monday'],
    ['the doctor said i should rest', 'The doctor said I should rest'],
    ['takes ventolin and metformin', 'Takes Ventolin and metformin'],
  ])('%s', (spoken, expected) => {
    expect(written(spoken)).toBe(expected)
  })

  it('does not take any "over" for a blood pressure', () => {
    expect(written('three weeks over two years')).toBe('3 weeks over 2 years')
    expect(written('eighty over one hundred twenty')).toBe('80 over 120')
  })

  it('writes hotwords as they were given', () => {
    expect(written('give trikafta to missus mcdonald', ['Trikafta', 'McDonald'])).toBe('Give Trikafta to Mrs McDonald')
  })

  it('goes on in lower case within a sentence', () => {
    expect(normaliseTranscript(['and', 'rest'], { atSentenceStart: false }).text).toBe('and rest')
  })

  it('every word belongs to exactly one piece, and the pieces lie in the text in order', () => {
    const word = fc.constantFrom(
      ...'two hundred and five point over oh the period new line first of may a c t milligrams out zero'.split(' '),
    )
    fc.assert(
      fc.property(fc.array(word, { maxLength: 20 }), (words) => {
        const { text, pieces } = normaliseTranscript(words)
        let next = 0
        let at = 0
        for (const piece of pieces) {
          expect(piece.firstWord).toBe(next)
          expect(piece.lastWord).toBeGreaterThanOrEqual(piece.firstWord)
          expect(piece.from).toBeGreaterThanOrEqual(at)
          next = piece.lastWord + 1
          at = piece.to
        }
        expect(next).toBe(words.length)
        expect(at).toBe(text.length)
      }),
    )
  })

  it('joins segments with spaces where they belong', () => {
    expect(joinTexts(['No fever', '.', 'Plan:', '\n', 'rest'])).toBe('No fever. Plan:\nrest')
  })
})
