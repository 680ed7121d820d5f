import type { Token } from '../text/index.ts'
import { loadTerms } from './sources.ts'
import { isJoint, keepStems, tokenStem } from './term-key.ts'

export type TermType = 'medication' | 'condition' | 'symptom' | 'procedure' | 'anatomy' | 'test' | 'vital'

/** What a vocabulary says of a name. */
export interface Term {
  readonly type: TermType
  readonly name: string
  /** File the name came from, without its suffix: `drugs`, `conditions` … */
  readonly source: string
  readonly code: string | undefined
  readonly system: 'RxNorm' | 'ICD-10-CM' | 'LOINC' | undefined
  /** Short or everyday: a mention needs evidence beside it. `exact`: only in the capitals of the vocabulary. */
  readonly weak: boolean
  readonly exact: string | undefined
}

export interface Match {
  /** Token positions, `to` exclusive. */
  readonly from: number
  readonly to: number
  readonly terms: readonly Term[]
}

export interface Lexicon {
  readonly size: number
  readonly each: (visit: (key: string, terms: readonly Term[]) => void) => void
  /** The longest vocabulary name that begins at a token. */
  readonly longestAt: (tokens: readonly Token[], from: number) => Match | undefined
}

let shared: Lexicon | undefined

/** All vocabularies in one table, built once for the process and frozen. */
export function lexicon(): Lexicon {
  if (shared) return shared
  shared = buildLexicon(loadTerms())
  keepStems()
  return shared
}

function buildLexicon(terms: Iterable<readonly [key: string, term: Term]>): Lexicon {
  const table = new Map<string, Term[]>()
  const longest = new Map<string, number>()
  for (const [key, term] of terms) {
    const known = table.get(key)
    if (!known) {
      table.set(key, [term])
      const space = key.indexOf(' ')
      const first = space < 0 ? key : key.slice(0, space)
      let words = 1
      for (let i = space; i >= 0; i = key.indexOf(' ', i + 1)) words++
      if (words > (longest.get(first) ?? 0)) longest.set(first, words)
    } else if (!known.some((one) => one.type === term.type && one.exact === term.exact)) known.push(term)
  }
  return Object.freeze({
    size: table.size,
    each(visit: (key: string, terms: readonly Term[]) => void): void {
      for (const [key, terms] of table) visit(key, terms)
    },
    longestAt(tokens: readonly Token[], from: number): Match | undefined {
      const head = tokens[from]
      if (!head) return undefined
      let key = tokenStem(head)
      let words = 1
      const most = longest.get(key) ?? 0
      if (most === 0) return undefined
      let best = pick(table.get(key), tokens, from, from + 1)
      for (let i = from + 1; i < tokens.length && words < most; i++) {
        const token = tokens[i]
        if (!token) break
        if (isJoint(token) || isLooseS(tokens, i)) continue
        key += ` ${tokenStem(token)}`
        words++
        best = pick(table.get(key), tokens, from, i + 1) ?? best
      }
      return best
    },
  })
}

function pick(terms: readonly Term[] | undefined, tokens: readonly Token[], from: number, to: number): Match | undefined {
  if (!terms) return undefined
  const fitting = terms.filter((term) => term.exact === undefined || tokens[from]?.shape === 'upper' || to - from > 1)
  return fitting.length > 0 ? { from, to, terms: fitting } : undefined
}

/** Tokenised corpora write `Parkinson ' s`; the lone letter is no part of a key. */
function isLooseS(tokens: readonly Token[], at: number): boolean {
  return tokens[at]?.key === 's' && tokens[at - 1]?.key === "'"
}
