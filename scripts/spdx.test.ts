import { expect, test } from 'vitest'
import { isAllowed } from './spdx.ts'

test.each([
  ['MIT', true],
  ['GPL-3.0-only', false],
  ['(MIT OR GPL-3.0-only)', true],
  ['MIT OR GPL-3.0-only', true],
  ['GPL-3.0-only OR MIT', true],
  ['MIT AND GPL-3.0-only', false],
  ['MIT AND (GPL-3.0-only OR ISC)', true],
  ['(MIT AND GPL-3.0-only) OR ISC', true],
  ['(MIT AND GPL-3.0-only) OR (ISC AND LGPL-3.0-or-later)', false],
  ['GPL-2.0-only WITH Classpath-exception-2.0', false],
  ['MIT WITH something', false],
  ['SEE LICENSE IN LICENSE.txt', false],
  ['none stated', false],
  ['', false],
  ['(MIT', false],
  ['MIT)', false],
])('%s', (expression, expected) => {
  expect(isAllowed(expression, ['MIT', 'ISC'])).toBe(expected)
})
