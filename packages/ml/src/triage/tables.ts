import { tokenise } from '../text/index.ts'
import { isJoint, tokenStem } from '../vocabulary/term-key.ts'
import { readTable, VocabularyError } from '../vocabulary/table.ts'
import type { TriageFlag } from './types.ts'

export interface Condition {
  readonly fact: 'age' | 'days' | 'temp' | 'severity' | 'pregnant'
  readonly sign: '<' | '<=' | '>' | '>='
  readonly bound: number
}

/** One line of safety/triage_rules.tsv: data, so that a clinician can read and change what decides. */
export interface TriageRule {
  readonly id: string
  /** Findings that must all stand; `*` is any. */
  readonly finds: readonly string[]
  readonly when: readonly Condition[]
  readonly level: TriageFlag['level']
  readonly reason: string
  readonly advice: string
  readonly source: string
}

const LEVELS: readonly TriageFlag['level'][] = ['emergency', 'urgent', 'soon', 'self-care']
const CONDITION = /^(?:pregnant|(age|days|temp|severity)(<=?|>=?)(\d+(?:\.\d+)?))$/

/** Words that may stand anywhere in a phrase without changing it: `pain in my chest` is `pain in chest`. */
const FILLERS = new Set(
  'a an the my his her their our your is are am was were be been some very really so quite just of has got me'.split(
    ' ',
  ),
)

export function isFiller(key: string): boolean {
  return FILLERS.has(key)
}

/** Every way to say that something cannot be done, by the first of them. */
const CANNOT = ["can't", 'cant', 'cannot', 'can not', "couldn't", 'could not', 'unable to', 'not able to', 'not able']

export interface TermTable {
  /** Findings by their phrase's key. */
  readonly findingOf: ReadonlyMap<string, string>
  /** Words of the longest phrase. */
  readonly longest: number
}

let terms: TermTable | undefined
let rules: readonly TriageRule[] | undefined

/** The key of a phrase: stems without fillers and joints. */
export function phraseKey(phrase: string): string {
  return tokenise(phrase)
    .filter((token) => !isJoint(token) && !FILLERS.has(token.key))
    .map(tokenStem)
    .join(' ')
}

export function triageTerms(): TermTable {
  if (terms) return terms
  const findingOf = new Map<string, string>()
  let longest = 0
  for (const { finding, terms: list } of readTable('safety/triage_terms.tsv', { finding: {}, terms: {} })) {
    for (const term of list.split('|').flatMap(spellings)) {
      const key = phraseKey(term)
      if (!findingOf.has(key)) findingOf.set(key, finding)
      longest = Math.max(longest, key.split(' ').length)
    }
  }
  return (terms = { findingOf, longest })
}

function spellings(term: string): string[] {
  const lower = term.trim()
  return lower.startsWith("can't ") ? CANNOT.map((cannot) => lower.replace("can't", cannot)) : [lower]
}

/** @throws VocabularyError for a rule of a finding that has no terms, or a condition that says nothing */
export function triageRules(): readonly TriageRule[] {
  if (rules) return rules
  const known = new Set(triageTerms().findingOf.values())
  const rows = readTable('safety/triage_rules.tsv', {
    id: { pattern: /^[a-z0-9-]+$/ },
    finds: { optional: true, pattern: /^(?:\*|[a-z-]+(?:\+[a-z-]+)*)$/ },
    when: { optional: true },
    level: { values: LEVELS },
    reason: {},
    advice: { optional: true },
    source: {},
  })
  return (rules = rows.map(({ id, finds, when, level, reason, advice, source }, line): TriageRule => {
    const findings = finds === '' ? [] : finds.split('+')
    const unknown = findings.find((finding) => finding !== '*' && !known.has(finding))
    if (unknown !== undefined)
      throw new VocabularyError('safety/triage_rules.tsv', line + 2, 'finds', `no terms for "${unknown}"`)
    const conditions = when === '' ? [] : when.split('&').map((text) => conditionOf(text, line))
    return { id, finds: findings, when: conditions, level: level as TriageRule['level'], reason, advice, source }
  }))
}

function conditionOf(text: string, line: number): Condition {
  const match = CONDITION.exec(text)
  if (!match) throw new VocabularyError('safety/triage_rules.tsv', line + 2, 'when', `does not allow "${text}"`)
  const [, fact, sign, bound] = match
  if (fact === undefined) return { fact: 'pregnant', sign: '>=', bound: 1 }
  return { fact: fact as Condition['fact'], sign: sign as Condition['sign'], bound: Number(bound) }
}
