import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { align, comparable, countErrors, errorRate, scoreUtterance, sumErrors } from './evaluate.ts'
import { normaliseTranscript } from './text/normalise-transcript.ts'

describe('error rates', () => {
  it('counts substitutions, words left out and words added', () => {
    const steps = align('the chest is now clear'.split(' '), 'oh the test is clear'.split(' '))
    expect(steps).toEqual([
      { kind: 'added', heard: 'oh' },
      { kind: 'right', said: 'the', heard: 'the' },
      { kind: 'substituted', said: 'chest', heard: 'test' },
      { kind: 'right', said: 'is', heard: 'is' },
      { kind: 'left out', said: 'now' },
      { kind: 'right', said: 'clear', heard: 'clear' },
    ])
    const count = countErrors('the chest is clear today'.split(' '), 'the test is very clear'.split(' '))
    expect(errorRate(count)).toBeCloseTo(3 / 5)
  })

  it('compares without case and punctuation, and sums over utterances', () => {
    const a = scoreUtterance('Chest, clear.', 'chest clear')
    const b = scoreUtterance('no pain', '')
    expect(errorRate(a.words)).toBe(0)
    expect(errorRate(sumErrors([a.words, b.words]))).toBe(0.5)
    expect(errorRate(b.characters)).toBe(1)
  })

  it.each([
    [
      'Blood pressure 140/90, start amlodipine 5mg daily.',
      'blood pressure one forty over ninety start amlodipine five milligrams daily',
    ],
    [
      'Blood pressure 140/90, start amlodipine five milligrams daily',
      'blood pressure one hundred and forty over ninety start amlodipine five milligrams daily',
    ],
    [
      'White cells 12500 on 12 October 2023',
      'white cells twelve thousand five hundred on the twelfth of october twenty twenty three',
    ],
    [
      'White cells 12,500, saturation 94% (room air)',
      'white cells twelve thousand five hundred saturation ninety four percent room air',
    ],
  ])('takes figures for what was said, however it was said: %s', (written, spoken) => {
    const { said, heard } = comparable(written, { raw: spoken, text: normaliseTranscript(spoken.split(' ')).text })
    expect(errorRate(scoreUtterance(said, heard).words)).toBe(0)
  })

  it('takes a wrong figure for an error, and words without figures as they were spoken', () => {
    const text = 'Start amlodipine 50 mg'
    const wrong = comparable('start amlodipine 5 mg', { raw: 'start amlodipine fifty milligrams', text })
    expect(errorRate(scoreUtterance(wrong.said, wrong.heard).words)).toBe(1 / 4)
    const raw = 'start amlodipine five milligrams'
    expect(comparable(raw, { raw, text: 'Start amlodipine 5 mg' })).toEqual({ said: raw, heard: raw })
  })

  it('refuses a rate of nothing', () => {
    expect(() => errorRate(countErrors([], ['word']))).toThrow(expect.objectContaining({ code: 'evaluation.invalid' }))
  })

  it('is never more than the longer side, nor less than the difference in length', () => {
    const words = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 })
    fc.assert(
      fc.property(words, words, (said, heard) => {
        const { substituted, leftOut, added } = countErrors(said, heard)
        const errors = substituted + leftOut + added
        expect(errors).toBeLessThanOrEqual(Math.max(said.length, heard.length))
        expect(errors).toBeGreaterThanOrEqual(Math.abs(said.length - heard.length))
        expect(leftOut - added).toBe(said.length - heard.length)
      }),
    )
  })
})
