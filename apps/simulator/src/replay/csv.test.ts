import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { readCsv } from './csv.ts'

async function read(...chunks: string[]): Promise<string[][]> {
  const records: string[][] = []
  for await (const { fields } of readCsv(chunks)) records.push(fields)
  return records
}

test.each([
  [
    'LF, CRLF and CR end records',
    'a,b\nc,d\r\ne,f\rg,h',
    [
      ['a', 'b'],
      ['c', 'd'],
      ['e', 'f'],
      ['g', 'h'],
    ],
  ],
  ['a byte order mark is no part of the first name', '\uFEFFa,b\n', [['a', 'b']]],
  ['quotes hold commas, line breaks and doubled quotes', '"a,1","b\r\n2","c ""x"""\n', [['a,1', 'b\r\n2', 'c "x"']]],
  [
    'empty fields stay, blank lines go',
    'a,,\n\n\r\n,,b\n',
    [
      ['a', '', ''],
      ['', '', 'b'],
    ],
  ],
  ['a quoted empty field is a record', '""\n', [['']]],
  ['a quote inside a plain field is text', 'a"b,c\n', [['a"b', 'c']]],
  ['text after a closing quote is kept', '"a"b,c\n', [['ab', 'c']]],
  [
    'the last line needs no end',
    'a,b\n1,',
    [
      ['a', 'b'],
      ['1', ''],
    ],
  ],
  ['nothing is nothing', '', []],
])('%s', async (_, text, expected) => {
  expect(await read(text)).toEqual(expected)
  expect(await read(...text.split(''))).toEqual(expected)
})

test('records know the line they began on', async () => {
  const lines: number[] = []
  for await (const { line } of readCsv(['a\n"b\nb"\r\n\r\nc\rd'])) lines.push(line)
  expect(lines).toEqual([1, 2, 5, 6])
})

test('a quote that is never closed, and a record without end, are refused', async () => {
  await expect(read('a,b\n1,"2\n3')).rejects.toThrow('the quote opened in line 2 is never closed')
  await expect(read('x'.repeat(1_000_001))).rejects.toThrow('longer than')
  await expect(read(','.repeat(1_000_001))).rejects.toThrow('longer than')
})

test('whatever is written comes back, however it is cut into chunks', async () => {
  const field = fc.string({ unit: fc.constantFrom('a', '1', ',', '"', '\n', '\r', ' ', 'é', '𝔘', '\uFEFF') })
  const table = fc.array(fc.array(field, { minLength: 1, maxLength: 4 }), { maxLength: 5 })
  await fc.assert(
    fc.asyncProperty(table, fc.nat(), async (records, cut) => {
      const text = records
        .map((fields) => fields.map((each) => `"${each.replaceAll('"', '""')}"`).join(','))
        .join('\r\n')
      const at = text === '' ? 0 : cut % text.length
      expect(await read(text.slice(0, at), text.slice(at))).toEqual(records)
    }),
  )
})
