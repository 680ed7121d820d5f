import { expect, test } from 'vitest'
import { lexicon } from './lexicon.ts'
import { VocabularyError, parseTable } from './table.ts'
import { termKey } from './term-key.ts'

const columns = { name: {}, kind: { values: ['a', 'b'] }, code: { optional: true, pattern: /^\d+$/ } }

test('a table is read by its header, in any column order, with any line end', () => {
  expect(parseTable('code\tname\tkind\r\n1\tx\ta\r\n\ty\tb\r\n', columns, 'f.tsv')).toEqual([
    { name: 'x', kind: 'a', code: '1' },
    { name: 'y', kind: 'b', code: '' },
  ])
})

test.each([
  ['name\tkind\n', 'vocabulary/f.tsv:1: code: column is missing'],
  ['name\tkind\tcode\nx\tc\t\n', 'vocabulary/f.tsv:2: kind: does not allow "c"'],
  ['name\tkind\tcode\nx\ta\t\n\ta\t\n', 'vocabulary/f.tsv:3: name: is empty'],
  ['name\tkind\tcode\nx\ta\tz\n', 'vocabulary/f.tsv:2: code: does not allow "z"'],
])('a bad table names file, line and column', (content, message) => {
  expect(() => parseTable(content, columns, 'f.tsv')).toThrow(new VocabularyError('f.tsv', Number(/:(\d+)/.exec(message)?.[1]), /: (\w+): /.exec(message)?.[1] ?? '', message.split(': ')[2] ?? ''))
})

test('spellings of one term share a key', () => {
  for (const [one, two] of [['CT-scans', 'ct scan'], ["Crohn's disease", 'crohn disease'], ['haematuria', 'hematuria'], ['oedema', 'edema'], ['colon cancers', 'Colon cancer'], ['b.i.d.', 'bid'], ['Sjögren', 'sjogren']] as const)
    expect(termKey(one)).toBe(termKey(two))
})

test('the lexicon is built once, shared and frozen', () => {
  expect(lexicon()).toBe(lexicon())
  expect(Object.isFrozen(lexicon())).toBe(true)
  expect(lexicon().size).toBeGreaterThan(30_000)
})
