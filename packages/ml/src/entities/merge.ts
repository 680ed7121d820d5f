import { COMMON_WORDS } from './common-words.ts'
import type { Span } from '../tagger/labels.ts'
import { type Tagging, tagSentence } from '../tagger/tag.ts'
import type { Token } from '../text/index.ts'
import type { Register } from './register.ts'
import type { EntityType, Proposal } from './types.ts'

/** How the tagger and the rules share a text of one kind. */
interface Policy {
  /** Probability a stretch needs that no rule speaks of, by type; a type left out is never added. */
  readonly add: Readonly<Partial<Record<EntityType, number>>>
  /** Support a bare vocabulary name needs from the tagger; 0 where the rules have the last word. */
  readonly assent: number
  readonly eagerness: number
  /** Whether the tagger's stretch replaces an overlapping vocabulary name it agrees with. */
  readonly reshapes: boolean
}

const all = (probability: number): Policy['add'] => ({
  symptom: probability,
  condition: probability,
  medication: probability,
  dosage: probability,
  route: probability,
  frequency: probability,
  duration: probability,
  test: probability,
  value: probability,
  procedure: probability,
  anatomy: probability,
})

/**
 * In a note the rules have the last word and the tagger only adds what it is sure of. Case reports and abstracts are no
 * dictation: there a name that merely stands in a vocabulary is evidence for the tagger, and needs its assent.
 */
const POLICIES: Readonly<Record<Register, Policy>> = {
  note: {
    add: { symptom: 0.65, condition: 0.65, medication: 0.75, procedure: 0.7, test: 0.8 },
    assent: 0,
    eagerness: 0,
    reshapes: false,
  },
  report: { add: all(0), assent: 0.4, eagerness: 0.5, reshapes: true },
  abstract: { add: { condition: 0.5, medication: 0.5 }, assent: 0.3, eagerness: 0, reshapes: true },
}

/** Types that mean the same for the tagger, which knows no vital signs and no allergies. */
const SAME: Readonly<Partial<Record<EntityType, readonly EntityType[]>>> = { vital: ['test'], allergy: ['medication'] }
/** An abstract's tagger calls every finding a condition. */
const FINDINGS: readonly EntityType[] = ['condition', 'symptom']

/** Rules and tagger over one sentence: one list of proposals, in order and without overlap. */
export function withTagger(
  register: Register,
  text: string,
  tokens: readonly Token[],
  rules: readonly Proposal[],
): Proposal[] {
  const policy = POLICIES[register]
  // Three in ten sentences of a note leave the tagger nothing to add; asking it is most of the time of a reading.
  if (register === 'note' && !hasUnexplained(tokens, rules)) return [...rules]
  const model = register === 'abstract' ? 'abstracts' : 'clinical'
  return merge(register, rules, tagSentence(model, { text, tokens, rules, eagerness: policy.eagerness }))
}

function hasUnexplained(tokens: readonly Token[], rules: readonly Proposal[]): boolean {
  return tokens.some(
    (token, i) =>
      token.kind === 'word' &&
      token.key.length > 2 &&
      !COMMON_WORDS.has(token.key) &&
      !rules.some((rule) => rule.from <= i && rule.to > i),
  )
}

function merge(register: Register, rules: readonly Proposal[], tagging: Tagging): Proposal[] {
  const policy = POLICIES[register]
  const kept = rules.filter((rule) => {
    if (policy.assent === 0 || (!isBareName(rule) && rule.type !== 'frequency')) return true
    if (register === 'abstract' && rule.type !== 'medication' && !FINDINGS.includes(rule.type)) return true
    return tagging.support(rule.from, rule.to, typesFor(register, rule.type)) >= policy.assent
  })
  // Overlap first: probabilities are only worked out for what could be added.
  const added = tagging.spans
    .filter(
      (span) =>
        policy.add[span.type] !== undefined &&
        !kept.some((rule) => overlaps(span, rule) && !(policy.reshapes && isBareName(rule))),
    )
    .flatMap((span) => {
      const probability = tagging.probability(span)
      return probability < (policy.add[span.type] ?? 2) ? [] : [fromTagger(span, probability, kept)]
    })
  const shaped = policy.reshapes
    ? kept.filter((rule) => !isBareName(rule) || !added.some((span) => overlaps(span, rule)))
    : kept
  return [...shaped, ...added].sort((a, b) => a.from - b.from)
}

function typesFor(register: Register, type: EntityType): readonly EntityType[] {
  if (register === 'abstract' && FINDINGS.includes(type)) return FINDINGS
  return SAME[type] ?? [type]
}

/** Found by a vocabulary or by a head and its modifiers, not by a grammar of doses and values. */
function isBareName(rule: Proposal): boolean {
  return rule.rule.startsWith('vocabulary/') || rule.rule.endsWith('-head')
}

function overlaps(a: { from: number; to: number }, b: { from: number; to: number }): boolean {
  return a.from < b.to && a.to > b.from
}

/** A tagged stretch keeps the codes of the vocabulary name it equals. */
function fromTagger(span: Span, probability: number, rules: readonly Proposal[]): Proposal {
  const same = rules.find((rule) => rule.from === span.from && rule.to === span.to)
  return {
    type: span.type,
    from: span.from,
    to: span.to,
    rule: same ? same.rule : 'tagger',
    confidence: probability,
    codes: same?.type === span.type ? (same.codes ?? []) : [],
  }
}
