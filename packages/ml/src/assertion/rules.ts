import { readTable } from '../vocabulary/table.ts'
import { foldWord, tokenise } from '../text/index.ts'

const CATEGORIES = [
  'negated',
  'possible',
  'hypothetical',
  'historical',
  'family',
  'affirmed',
  'terminate',
  'pseudo',
] as const
const DIRECTIONS = ['forward', 'backward', 'both', 'self', 'none'] as const

export type CueCategory = (typeof CATEGORIES)[number]

/** One line of vocabulary/context.tsv: data, so that a clinician can read and change what decides. */
export interface ContextRule {
  /** Category and phrase: stable over versions and readable beside a decision. */
  readonly id: string
  readonly category: CueCategory
  readonly direction: (typeof DIRECTIONS)[number]
  /** Tokens its scope may span. */
  readonly reach: number
  /** Entity types it acts on; empty means all. */
  readonly types: ReadonlySet<string>
  /** `item`: the scope ends at a comma, and a backward cue counts only at the end of its item. */
  readonly item: boolean
  /** For a terminator: the categories it ends; empty means all. */
  readonly ends: ReadonlySet<string>
}

export interface PhraseNode {
  readonly next: Map<string, PhraseNode>
  readonly rules: ContextRule[]
}

let shared: PhraseNode | undefined

/** The rules as a tree over words, read once. In a phrase `<n>`, `<year>` and `<month>` stand for any such word. */
export function contextRules(): PhraseNode {
  shared ??= buildTree()
  return shared
}

function buildTree(): PhraseNode {
  const root: PhraseNode = { next: new Map(), rules: [] }
  const rows = readTable('context.tsv', {
    phrase: {},
    category: { values: CATEGORIES },
    direction: { values: DIRECTIONS },
    reach: { optional: true, pattern: /^\d+$/ },
    types: { optional: true, pattern: /^[a-z]+(?:,[a-z]+)*$/ },
    flags: { optional: true, pattern: /^(?:item|ends=[a-z]+(?:,[a-z]+)*)$/ },
  })
  for (const row of rows) {
    let node = root
    for (const word of phraseKeys(row.phrase)) {
      let next = node.next.get(word)
      if (!next) node.next.set(word, (next = { next: new Map(), rules: [] }))
      node = next
    }
    node.rules.push(
      Object.freeze({
        id: `${row.category}/${foldWord(row.phrase).replaceAll(' ', '-')}`,
        category: row.category as CueCategory,
        direction: row.direction as ContextRule['direction'],
        reach: row.reach === '' ? Infinity : Number(row.reach),
        types: new Set(row.types === '' ? [] : row.types.split(',')),
        item: row.flags === 'item',
        ends: new Set(row.flags.startsWith('ends=') ? row.flags.slice(5).split(',') : []),
      }),
    )
  }
  return root
}

function phraseKeys(phrase: string): string[] {
  return phrase.split(' ').flatMap((word) => (word.startsWith('<') ? [word] : tokenise(word).map((token) => token.key)))
}
