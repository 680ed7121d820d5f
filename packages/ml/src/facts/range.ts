import { type Token, numberAt } from '../text/index.ts'

const LEADS = new Set('( [ , : - ref reference range normal is of for nl rr interval to the limits'.split(' '))

/** A reference range right behind a value: `(3.5-5.0)`, `[ref 70 - 99]`, `normal range 0.4 to 4.0`. */
export function rangeAfter(tokens: readonly Token[]): { readonly low: number; readonly high: number } | null {
  let i = 0
  let named = false
  for (; i < Math.min(tokens.length, 8); i++) {
    const key = tokens[i]?.key ?? ''
    if (!LEADS.has(key)) break
    if (key === '(' || key === '[' || key.startsWith('ref') || key === 'normal' || key === 'range') named = true
  }
  const low = named ? numberAt(tokens, i) : undefined
  if (!low || !['-', 'to'].includes(tokens[low.to]?.key ?? '')) return null
  const high = numberAt(tokens, low.to + 1)
  return high && high.value > low.value ? { low: low.value, high: high.value } : null
}
