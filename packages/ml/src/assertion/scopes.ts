import type { Token } from '../text/index.ts'
import { type Cue, findCues } from './cues.ts'
import type { ContextRule, CueCategory } from './rules.ts'

/** The stretch of tokens (end exclusive) in which a cue decides. */
export interface Scope {
  readonly rule: ContextRule
  readonly cue: Cue
  readonly from: number
  readonly to: number
}

/** Every scope of a sentence, in one pass over its cues. */
export function findScopes(tokens: readonly Token[]): Scope[] {
  const cues = findCues(tokens)
  const scopes: Scope[] = []
  for (const [position, cue] of cues.entries()) {
    for (const rule of cue.rules) {
      if (rule.direction === 'self') scopes.push({ rule, cue, from: cue.from, to: cue.to })
      if (rule.direction === 'forward' || rule.direction === 'both') {
        const to = forwardEnd(tokens, cues, position, rule)
        if (to > cue.to) scopes.push({ rule, cue, from: cue.to, to })
      }
      if (rule.direction === 'backward' || rule.direction === 'both') {
        const from = backwardStart(tokens, cues, position, rule)
        if (from < cue.from) scopes.push({ rule, cue, from, to: cue.from })
      }
    }
  }
  return scopes
}

function forwardEnd(tokens: readonly Token[], cues: readonly Cue[], position: number, rule: ContextRule): number {
  const cue = cues[position]
  if (!cue || isItemEnd(tokens[cue.to])) return cue?.to ?? 0
  let end = Math.min(tokens.length, cue.to + rule.reach)
  for (let next = position + 1; next < cues.length; next++) {
    const other = cues[next]
    if (!other || other.from >= end) break
    if (other.rules.some((candidate) => terminates(candidate, rule.category))) {
      end = other.from
      break
    }
  }
  for (let i = cue.to; i < end; i++) {
    const key = tokens[i]?.key
    if (key === ';' || (rule.item && key === ',')) return i
  }
  return end
}

function backwardStart(tokens: readonly Token[], cues: readonly Cue[], position: number, rule: ContextRule): number {
  const cue = cues[position]
  if (!cue) return 0
  if (rule.item && cue.to < tokens.length && !isItemEnd(tokens[cue.to])) return cue.from
  let start = Math.max(0, cue.from - rule.reach)
  for (let before = position - 1; before >= 0; before--) {
    const other = cues[before]
    if (!other || other.to <= start) break
    if (other.rules.some((candidate) => terminates(candidate, rule.category))) {
      start = other.to
      break
    }
  }
  for (let i = cue.from - 1; i >= start; i--) {
    const key = tokens[i]?.key
    if (key === ';' || key === ':' || (rule.item && (key === ',' || key === '.'))) return i + 1
  }
  return start
}

function terminates(rule: ContextRule, category: CueCategory): boolean {
  if (rule.category !== 'terminate') return false
  // A condition ("if there is any …") runs on over verbs that end a negation; only the words listed for it end it.
  return rule.ends.size === 0 ? category !== 'hypothetical' : rule.ends.has(category)
}

function isItemEnd(token: Token | undefined): boolean {
  return token !== undefined && [',', ';', '.', 'and', 'but', ')'].includes(token.key)
}
