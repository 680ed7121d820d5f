import { tokenise } from '../text/index.ts'
import { readTable } from '../vocabulary/table.ts'
import { isJoint, termKey, tokenStem } from '../vocabulary/term-key.ts'

export interface Substitution {
  /** UTF-16 offsets in the text that was given. */
  readonly start: number
  readonly end: number
  readonly term: string
  readonly plain: string
}

const LONGEST = 4
let shared: ReadonlyMap<string, string> | undefined

function plainTerms(): ReadonlyMap<string, string> {
  return (shared ??= new Map(
    readTable('plain_language.tsv', { term: {}, plain: {} }).map((row) => [termKey(row.term), row.plain]),
  ))
}

/**
 * Proposes everyday words for the medical terms of a patient text, whole words and the longest first. Numbers, doses and
 * negations are left as they are. A proposal: whoever signs the text reads it once more.
 */
export function simplify(text: string): { readonly text: string; readonly substitutions: readonly Substitution[] } {
  const tokens = tokenise(text).filter((token) => !isJoint(token))
  const substitutions: Substitution[] = []
  for (let i = 0; i < tokens.length;) {
    let key = ''
    let found: { to: number; plain: string } | undefined
    for (let n = 1; n <= LONGEST && i + n <= tokens.length; n++) {
      const token = tokens[i + n - 1]
      if (!token) break
      key += (n > 1 ? ' ' : '') + tokenStem(token)
      const plain = plainTerms().get(key)
      if (plain !== undefined) found = { to: i + n, plain }
    }
    const first = tokens[i]
    const last = tokens[(found?.to ?? 0) - 1]
    if (found && first && last) {
      // The dot of "b.i.d." may be the end of the sentence as well.
      const next = tokens[found.to]
      const closes = text[last.end - 1] === '.' && (!next || next.shape === 'title')
      const end = closes ? last.end - 1 : last.end
      const term = text.slice(first.start, end)
      const isCapital = first.shape === 'title'
      substitutions.push({
        start: first.start,
        end,
        term,
        plain: isCapital ? found.plain.charAt(0).toUpperCase() + found.plain.slice(1) : found.plain,
      })
    }
    i = found ? found.to : i + 1
  }
  let plainText = ''
  let last = 0
  for (const { start, end, plain } of substitutions) {
    plainText += text.slice(last, start) + plain
    last = end
  }
  return { text: plainText + text.slice(last), substitutions }
}
