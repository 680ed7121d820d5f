import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { align, countErrors, errorRate, scoreUtterance, sumErrors } from './evaluate.ts'

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
