import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const FOLDER = new URL('../../vocabulary/', import.meta.url)

/** A vocabulary or rule file does not have the shape its schema states. Speaks of the file alone. */
export class VocabularyError extends Error {
  override readonly name = 'VocabularyError'
  constructor(file: string, line: number, column: string, problem: string) {
    super(`vocabulary/${file}:${line}: ${column}: ${problem}`)
  }
}

/** What a cell may hold. An empty cell is allowed where `optional` stands. */
type Cell = { readonly optional?: boolean; readonly pattern?: RegExp; readonly values?: readonly string[] }
export type Columns = Readonly<Record<string, Cell>>
export type Row<C extends Columns> = { readonly [K in keyof C]: string }

/** Reads a TSV file of `packages/ml/vocabulary` and checks every row: a bad row stops the start, never a patient. */
export function readTable<C extends Columns>(file: string, columns: C): Row<C>[] {
  return parseTable(readFileSync(fileURLToPath(new URL(file, FOLDER)), 'utf8'), columns, file)
}

/** The same for a text already in memory. @throws VocabularyError naming file, line and column. */
export function parseTable<C extends Columns>(content: string, columns: C, file: string): Row<C>[] {
  const names = Object.keys(columns)
  const [head = '', ...lines] = content.replaceAll('\r', '').split('\n')
  const header = head.trimEnd().split('\t')
  const positions = names.map((name) => {
    const position = header.indexOf(name)
    if (position < 0) throw new VocabularyError(file, 1, name, 'column is missing')
    return position
  })
  const rows: Row<C>[] = []
  const cellsOf = names.map((name) => columns[name] ?? {})
  for (let l = 0; l < lines.length; l++) {
    const line = lines[l] ?? ''
    if (line === '' || line.startsWith('# ')) continue
    const cells = line.split('\t')
    const row: Record<string, string> = {}
    for (let c = 0; c < names.length; c++) {
      const name = names[c] ?? ''
      const cell = cellsOf[c] ?? {}
      const value = cells[positions[c] ?? 0] ?? ''
      if (value === '' ? !cell.optional : !allows(cell, value))
        throw new VocabularyError(file, l + 2, name, value === '' ? 'is empty' : `does not allow "${value}"`)
      row[name] = value
    }
    rows.push(row as Row<C>)
  }
  return rows
}

function allows({ values, pattern }: Cell, value: string): boolean {
  if (values && !values.includes(value)) return false
  return !pattern || pattern.test(value)
}
