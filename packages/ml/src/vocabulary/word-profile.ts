import { type TermType, lexicon } from './lexicon.ts'

const TYPES: readonly TermType[] = ['medication', 'condition', 'symptom', 'procedure', 'anatomy', 'test', 'vital']
const ROLES = ['whole', 'head', 'part'] as const
const KINDS = TYPES.length * ROLES.length

interface Profiles {
  readonly rows: ReadonlyMap<string, number>
  /** Counts in rows of KINDS. */
  readonly counts: Uint16Array
  /** Facts already put into words, a vocabulary word each: bounded by the vocabularies. */
  readonly spoken: Map<number, readonly string[]>
}

let shared: Profiles | undefined

/**
 * In which kinds of vocabulary names a word occurs, and whether as their head (last word) or before it: `condition:head:2`.
 * The number is a coarse count (1, below 10, below 100, more), so that a word never seen in training still speaks.
 */
export function wordProfile(stem: string): readonly string[] {
  shared ??= countWords()
  const row = shared.rows.get(stem)
  if (row === undefined) return UNKNOWN
  const known = shared.spoken.get(row)
  if (known) return known
  const facts: string[] = []
  for (let kind = 0; kind < KINDS; kind++) {
    const count = shared.counts[row * KINDS + kind] ?? 0
    if (count > 0) facts.push(`${TYPES[Math.floor(kind / ROLES.length)]}:${ROLES[kind % ROLES.length]}:${count === 1 ? 0 : count < 10 ? 1 : count < 100 ? 2 : 3}`)
  }
  shared.spoken.set(row, facts)
  return facts
}

const UNKNOWN: readonly string[] = ['none']

function countWords(): Profiles {
  const rows = new Map<string, number>()
  let counts = new Uint16Array(KINDS * 2 ** 15)
  lexicon().each((key, terms) => {
    for (let from = 0; from < key.length; ) {
      const space = key.indexOf(' ', from)
      const to = space < 0 ? key.length : space
      const word = key.slice(from, to)
      let row = rows.get(word)
      if (row === undefined) {
        rows.set(word, (row = rows.size))
        if (rows.size * KINDS > counts.length) counts = doubled(counts)
      }
      const role = to < key.length ? 2 : from > 0 ? 1 : 0
      for (const { type } of terms) {
        const at = row * KINDS + TYPES.indexOf(type) * ROLES.length + role
        counts[at] = Math.min(65535, (counts[at] ?? 0) + 1)
      }
      from = to + 1
    }
  })
  return { rows, counts, spoken: new Map() }
}

function doubled(counts: Uint16Array<ArrayBuffer>): Uint16Array<ArrayBuffer> {
  const larger = new Uint16Array(counts.length * 2)
  larger.set(counts)
  return larger
}
