import type { Term } from '../vocabulary/lexicon.ts'
import type { CodeSuggestion } from './types.ts'

/** Codes of a name, one a system; a system in which the name has several codes gives none. */
export function codesOf(terms: readonly Term[]): CodeSuggestion[] {
  const bySystem = new Map<string, CodeSuggestion | null>()
  for (const { system, code, name, source } of terms) {
    if (!system || !code) continue
    const known = bySystem.get(system)
    if (known === undefined) bySystem.set(system, { system, code, display: name, source })
    else if (known?.code !== code) bySystem.set(system, null)
  }
  return [...bySystem.values()].filter((code) => code !== null)
}
