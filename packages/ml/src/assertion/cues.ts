import type { Token } from '../text/index.ts'
import { type ContextRule, type PhraseNode, contextRules } from './rules.ts'

/** A phrase of the rules found in a sentence, as token positions (end exclusive). */
export interface Cue {
  readonly from: number
  readonly to: number
  readonly rules: readonly ContextRule[]
}

const NUMBER_WORDS = new Set(
  'a an one two three four five six seven eight nine ten eleven twelve fifteen twenty thirty several few many couple some'.split(
    ' ',
  ),
)
const MONTHS = new Set(
  'january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec spring summer autumn fall winter'.split(
    ' ',
  ),
)

/** All cues of a sentence, longest match first and without overlap: a pseudo-cue hides the cue inside it. */
export function findCues(tokens: readonly Token[]): Cue[] {
  const root = contextRules()
  const cues: Cue[] = []
  for (let i = 0; i < tokens.length;) {
    const longest = longestFrom(root, tokens, i)
    const cue = longest && (exceptionInside(root, tokens, longest) ?? longest)
    if (cue) cues.push(cue)
    i = cue ? cue.to : i + 1
  }
  return cues
}

/** "is not relieved by": the exception "not relieved by" begins inside the cue "is not", runs beyond it and wins. */
function exceptionInside(root: PhraseNode, tokens: readonly Token[], cue: Cue): Cue | undefined {
  for (let i = cue.from + 1; i < cue.to; i++) {
    const inner = longestFrom(root, tokens, i)
    if (inner && inner.to > cue.to && inner.rules.some((rule) => rule.category === 'pseudo')) return inner
  }
  return undefined
}

function longestFrom(root: PhraseNode, tokens: readonly Token[], from: number): Cue | undefined {
  let best: Cue | undefined
  const walk = (node: PhraseNode, at: number): void => {
    if (node.rules.length > 0 && (!best || at > best.to)) best = { from, to: at, rules: node.rules }
    const token = tokens[at]
    if (!token) return
    for (const key of [token.key, ...wordClasses(token)]) {
      const next = node.next.get(key)
      if (next) walk(next, at + 1)
    }
  }
  walk(root, from)
  return best
}

function wordClasses(token: Token): string[] {
  if (token.kind === 'number') {
    const isYear = /^(?:19|20)\d\d$/.test(token.key)
    return isYear ? ['<year>', '<n>'] : ['<n>']
  }
  if (NUMBER_WORDS.has(token.key)) return ['<n>']
  return MONTHS.has(token.key) ? ['<month>'] : []
}
