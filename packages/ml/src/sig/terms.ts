import { tokenise } from '../text/index.ts'
import { readTable } from '../vocabulary/table.ts'

export interface SigTerm {
  readonly kind: 'route' | 'frequency' | 'unit'
  /** Route name, `times/period`, `prn`, `once`, or unit. */
  readonly normal: string
  /** How many tokens its written form has. */
  readonly length: number
}

let shared: ReadonlyMap<string, readonly SigTerm[]> | undefined

/** Words of medication instructions by their token keys, read once. */
export function sigTerms(): ReadonlyMap<string, readonly SigTerm[]> {
  if (shared) return shared
  const terms = new Map<string, SigTerm[]>()
  const rows = readTable('sig_terms.tsv', {
    surface: {},
    kind: { values: ['route', 'frequency', 'unit'] },
    normal: {},
  })
  for (const row of rows) {
    const keys = tokenise(row.surface).map((token) => token.key)
    const term: SigTerm = { kind: row.kind as SigTerm['kind'], normal: row.normal, length: keys.length }
    const key = keys.join(' ')
    const known = terms.get(key) ?? []
    if (!known.some((one) => one.kind === term.kind)) terms.set(key, [...known, term])
  }
  return (shared = terms)
}

let openings: ReadonlySet<string> | undefined

/** Whether any term begins with this word: most words of a text end the search here. */
export function opensTerm(key: string): boolean {
  openings ??= new Set([...sigTerms().keys()].map((term) => term.split(' ')[0] ?? ''))
  return openings.has(key)
}

export const LONGEST_TERM = 6
