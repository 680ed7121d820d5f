import type { Sentence, Token } from '../text/index.ts'

const SUBJECTS = new Set(['i', "i'm", "i've", "i'd", 'im', 'ive', 'my', 'there'])
const JOINTS = new Set([',', ';', '-', 'and', 'but', 'so', 'now', 'then', 'also', 'plus', 'yet', 'today'])
/** After these a clause belongs to what stands before it: "I do not think I have", "not when I cough". */
const LEADERS = new Set(
  'if when whenever while that think believe say says said sure know as like where until after before what how because do did have can should could would will am was'.split(
    ' ',
  ),
)
const VERBS = new Set("have had feel felt am can't cant cannot got get keep also just now really think".split(' '))

/**
 * A sentence in clauses that speak for themselves. Whoever complains strings them together ("I am not pregnant and my chest
 * hurts", "no fever i feel dizzy"), and what is denied in one is not denied in the next.
 */
export function clausesOf(sentence: Sentence): Sentence[] {
  const { tokens } = sentence
  const clauses: Sentence[] = []
  let from = 0
  for (let i = 1; i <= tokens.length; i++) {
    if (i < tokens.length && !beginsClause(tokens, i)) continue
    const [first, last] = [tokens[from], tokens[i - 1]]
    if (first && last) clauses.push({ start: first.start, end: last.end, tokens: tokens.slice(from, i) })
    from = i
  }
  return clauses
}

function beginsClause(tokens: readonly Token[], at: number): boolean {
  const key = tokens[at]?.key ?? ''
  if (!SUBJECTS.has(key)) return false
  const before = tokens[at - 1]?.key ?? ''
  if (JOINTS.has(before)) return true
  if (key === 'my' || key === 'there' || LEADERS.has(before)) return false
  return key !== 'i' || VERBS.has(tokens[at + 1]?.key ?? '')
}
