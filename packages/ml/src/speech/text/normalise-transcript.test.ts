import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { joinTexts, normaliseTranscript } from './normalise-transcript.ts'

const written = (spoken: string, hotwords: string[] = []): string =>
  normaliseTranscript(spoken.split(' '), { hotwords }).text

const ONES =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  )
const TENS = '- - twenty thirty forty fifty sixty seventy eighty ninety'.split(' ')

function inWords(n: number, and: string): string {
  if (n < 20) return ONES[n] ?? ''
  if (n < 100) return `${TENS[Math.floor(n / 10)]} ${n % 10 > 0 ? ONES[n % 10] : ''}`.trim()
  const [size, name] = n < 1000 ? [100, 'hundred'] : [1000, 'thousand']
  const rest = n % size
  const joint = n < 1000 ? and : ' '
  return `${ONES[Math.floor(n / size)]} ${name}${rest > 0 ? joint + inWords(rest, and) : ''}`
}

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

  // What was said must not come to mean another amount. ISMP 2021 for the forms.
  it.each([
    ['warfarin one fifty milligrams', 'Warfarin 150 mg'],
    ['aspirin three twenty five milligrams', 'Aspirin 325 mg'],
    ['levothyroxine one twelve point five micrograms', 'Levothyroxine 112.5 mcg'],
    ['vancomycin twenty five hundred milligrams', 'Vancomycin 2500 mg'],
    ['one oh five milligrams', '105 mg'],
    ['platelets two fifty thousand', 'Platelets 250,000'],
    ['heart rate one ten', 'Heart rate 110'],
    ['one fifty to two hundred milligrams', '150 to 200 mg'],
    ['five point zero units of insulin', '5 units of insulin'],
    ['a hundred and fifty milligrams', '150 mg'],
    ['a few hundred fifty milligrams', 'A few hundred fifty milligrams'],
    ['two and a half milligrams', '2.5 mg'],
    ['one and one half tablets', '1.5 tablets'],
    ['one to two tablets', '1 to 2 tablets'],
    ['a total of two thousand five hundred units', 'A total of 2500 units'],
    ['output of two thousand two hundred milliliters', 'Output of 2200 mL'],
    ['two five hundred milligram tablets', 'Two 500 mg tablets'],
    ['five c c of saline', '5 mL of saline'],
    ['ten u of insulin', '10 units of insulin'],
    ['valsartan one sixty over twelve point five milligrams', 'Valsartan 160 over 12.5 mg'],
    ['two gram negative rods', '2 gram negative rods'],
    ['saturation s p o two ninety four percent', 'Saturation SpO2 94%'],
    ['hepatitis c two weeks ago', 'Hepatitis C 2 weeks ago'],
    ['pressure one twenty over eighty one hundred milligrams given', 'Pressure 120/80 100 mg given'],
    ['run two hundred over ninety minutes', 'Run 200 over 90 minutes'],
  ])('%s', (spoken, expected) => {
    expect(written(spoken)).toBe(expected)
  })

  it.each([
    'two fifty milligram tablets',
    'two five milligram tablets',
    'take one five milligrams',
    'four zero milligrams',
    'one two point five milligrams',
    'metformin five hundred two tablets daily',
    'lorazepam zero point five one tablet',
    'day two fifty milligrams',
    'twelve fifty milligrams',
    'for one twenty minutes',
    'at four fifty',
    'one forty over ninety five milligrams of labetalol',
    'one fifty milligram dose',
  ])('%s stays in words: it can be meant in two ways', (spoken) => {
    expect(written(spoken)).toBe(spoken.slice(0, 1).toUpperCase() + spoken.slice(1))
  })

  it('leaves a number that begins with "point" in words where the part before it may lie before a pause', () => {
    expect(written('point five milligrams daily')).toBe('Point five milligrams daily')
  })

  it.each([
    ['tylenol five hundred milligrams p o q six h p r n', 'Tylenol 500 mg PO q6h PRN'],
    ['five milligrams p o b i d i will see her', '5 mg PO BID I will see her'],
    ['q four to six h', 'Q4-6h'],
    ['ten milligrams q d', '10 mg daily'],
    ['ten milligrams q o d', '10 mg every other day'],
    ['give i v fluids', 'Give IV fluids'],
    ['u t i i v antibiotics', 'UTI IV antibiotics'],
    ['h i v negative n p o', 'HIV negative NPO'],
    ['a c t of the head', 'A CT of the head'],
    ['a b g was drawn', 'ABG was drawn'],
    ['a t wave inversion', 'A T wave inversion'],
    ['october twelve twenty twenty three', 'October 12 2023'],
    ['october twenty twenty three', 'October 2023'],
    ['on may second', 'On May 2'],
    ['she may first take two', 'She may first take 2'],
    ['at seven thirty p m', 'At 7:30 PM'],
    ['three oh five a m', '3:05 AM'],
    ['did not miss a dose', 'Did not miss a dose'],
    ['seen by miss patel', 'Seen by Miss Patel'],
    ['placed a new line in the neck', 'Placed a new line in the neck'],
    ['second and next line treatment', 'Second and next line treatment'],
  ])('%s', (spoken, expected) => {
    expect(written(spoken)).toBe(expected)
  })

  it('writes every whole amount up to 9999 as it is said in full', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9999 }), fc.constantFrom(' and ', ' '), (amount, and) => {
        expect(written(`give ${inWords(amount, and)} milligrams`)).toBe(`Give ${amount} mg`)
      }),
    )
  })

  it('never puts two figures before one unit', () => {
    const word = fc.constantFrom(
      ...'one two five nine twelve twenty fifty hundred thousand and oh zero point half a few'.split(' '),
    )
    const unit = fc.constantFrom('milligrams', 'milligram tablets', 'units', 'tablets', 'percent', 'c c')
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 7 }), unit, (words, after) => {
        expect(written(['give', ...words, after].join(' '))).not.toMatch(
          /\d[\d,.]* \d[\d,.]* ?(?:mg|units|tablets|%|mL)/,
        )
      }),
      { numRuns: 2000 },
    )
  })

  it('does not take any "over" for a blood pressure', () => {
    expect(written('three weeks over two years')).toBe('3 weeks over 2 years')
    expect(written('eighty over one hundred twenty')).toBe('80 over 120')
  })

  it('writes hotwords as they were given', () => {
    expect(written('give trikafta to missus mcdonald', ['Trikafta', 'McDonald'])).toBe('Give Trikafta to Mrs McDonald')
  })

  it('writes names with their accents, hyphens and apostrophes, however the network spells them', () => {
    const names = ['José Müller-Łukasz', 'O’Brien']
    expect(written("jose muller lukasz met o'brien", names)).toBe('José Müller Łukasz met O’Brien')
    expect(written('josé müller', names)).toBe('José Müller')
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
