import { expect, test } from 'vitest'
import { measureReadability, simplify } from './index.ts'

test('short words are easy, long ones are not', () => {
  expect(measureReadability('The cat sat on the mat. It was glad.').grade).toBeLessThan(3)
  expect(
    measureReadability('The patient experienced an exacerbation requiring intravenous administration of medication.')
      .grade,
  ).toBeGreaterThan(12)
  expect(measureReadability('  ')).toMatchObject({ grade: 0, words: 0 })
})

test('substitutions take whole words, keep numbers and the end of the sentence', () => {
  expect(simplify('Hypertension. Take 5 mg PO b.i.d. No hematuria; renal function is fine.').text).toBe(
    'High blood pressure. Take 5 mg by mouth twice a day. No blood in the urine; kidney function is fine.',
  )
  expect(simplify('adrenal').substitutions).toEqual([])
})
