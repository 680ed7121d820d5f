import { type Token, tokenise } from './tokens.ts'

export interface Sentence {
  readonly start: number
  readonly end: number
  readonly tokens: readonly Token[]
}

const ABBREVIATIONS = new Set(
  'dr mr mrs ms prof st vs approx no fig figs dept tel ext etc eg ie al resp temp pt pts jr sr inc q wt ht'.split(' '),
)
/** A line shorter than this that is followed by a capital was ended on purpose, not wrapped. */
const WRAPPED_LINE = 60
const HEADING_TOKENS = 10
/** Text without any sentence end is cut here, so that no later step can meet an endless sentence. */
const LONGEST_SENTENCE = 150

/**
 * Sentences of a clinical text: full stops (not those of abbreviations and decimals), blank lines, list items, and line
 * ends that are no wrap. Every token belongs to exactly one sentence.
 */
export function splitSentences(text: string, tokens: readonly Token[] = tokenise(text)): Sentence[] {
  const sentences: Sentence[] = []
  let from = 0
  let lineStart = 0
  const close = (to: number): void => {
    const first = tokens[from]
    const last = tokens[to]
    if (first && last) sentences.push({ start: first.start, end: last.end, tokens: tokens.slice(from, to + 1) })
    from = to + 1
  }
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]
    const next = tokens[i + 1]
    if (!token) break
    if (token.breaks > 0) lineStart = i
    if (!next || i - from >= LONGEST_SENTENCE) close(i)
    else if (next.breaks > 1) close(i)
    else if (next.breaks === 1 && endsLine(token, next, tokens[i + 2], token.end - (tokens[lineStart]?.start ?? 0)))
      close(i)
    else if (endsSentence(tokens, i) || isHeading(tokens, i + 1)) close(i)
  }
  return sentences
}

function endsLine(token: Token, next: Token, afterNext: Token | undefined, length: number): boolean {
  if (token.kind === 'mark' && '.?!:'.includes(token.key)) return true
  if (next.kind === 'mark' && '-*+>#'.includes(next.key)) return true
  if (next.kind === 'number' && afterNext && !afterNext.spaced && '.)'.includes(afterNext.key)) return true
  return length < WRAPPED_LINE && next.shape !== 'lower'
}

function endsSentence(tokens: readonly Token[], i: number): boolean {
  const token = tokens[i]
  const next = tokens[i + 1]
  if (!token || !next || !next.spaced) return false
  const opens = next.shape !== 'lower' || next.kind === 'number' || (next.kind === 'mark' && !',;)'.includes(next.key))
  if (token.kind === 'word')
    return token.key.length > 1 && isDotted(token) && next.shape === 'title' && tokens[i + 2]?.shape !== 'title'
  if (token.kind !== 'mark' || !'.?!'.includes(token.key)) return false
  if (token.key !== '.') return true
  const before = tokens[i - 1]
  if (!before) return opens
  if (before.kind === 'word' && !token.spaced && ABBREVIATIONS.has(before.key)) return false
  // "1. Hypertension": the number of a list item stays with its item.
  if (before.kind === 'number' && !token.spaced && (i < 2 || (tokens[i - 1]?.breaks ?? 0) > 0)) return false
  return opens || before.kind !== 'word' || before.key.length > 3
}

/** Capitals up to a colon after a gap: a heading that lost its line break, as in "None    PLAN:  1) Await". */
function isHeading(tokens: readonly Token[], from: number): boolean {
  const first = tokens[from]
  const before = tokens[from - 1]
  if (!first || !before || first.shape !== 'upper' || first.kind !== 'word' || first.start - before.end < 2)
    return false
  for (let i = from; i < Math.min(tokens.length, from + HEADING_TOKENS); i++) {
    const token = tokens[i]
    if (token?.key === ':') return true
    if (token?.kind === 'word' ? token.shape !== 'upper' : !'()/&-'.includes(token?.key ?? ' ')) return false
  }
  return false
}

/** `E.D. The …` ends a sentence; a dotted abbreviation keeps its last dot inside the token. */
function isDotted(token: Token): boolean {
  return token.end - token.start > token.key.length
}
