import type { SectionKind } from '../sections/headings.ts'
import type { Piece } from '../sig/piece.ts'
import type { Token } from '../text/index.ts'
import { type Match, type Term, lexicon } from '../vocabulary/lexicon.ts'
import { isJoint } from '../vocabulary/term-key.ts'
import { codesOf } from './codes.ts'
import { CONDITION_HEADS, DRUG_CALLS, PLACES, SYMPTOM_HEADS } from './modifiers.ts'
import type { EntityType, Proposal } from './types.ts'

export interface Place {
  readonly tokens: readonly Token[]
  readonly section: SectionKind | null
  readonly pieces: readonly Piece[]
}

/** Names of the vocabularies and phrases built round a head ("left flank pain"), longest first, without overlap. */
export function findMentions(place: Place): Proposal[] {
  const { tokens } = place
  const found: Proposal[] = []
  for (let i = 0; i < tokens.length;) {
    if (tokens[i]?.kind !== 'word' && tokens[i]?.kind !== 'number') {
      i++
      continue
    }
    const match = lexicon().longestAt(tokens, i)
    const composed = composedAt(tokens, i)
    const named = match && (!composed || match.to >= composed.to) ? fromMatch(place, match) : undefined
    const proposal = dropCourse(tokens, found.at(-1), named ?? composed)
    if (proposal) found.push(proposal)
    i = proposal ? proposal.to : match ? Math.max(i + 1, match.to) : i + 1
  }
  return found
}

/** "heart failure exacerbation" is one finding: the course right behind a condition is not a second one. */
function dropCourse(
  tokens: readonly Token[],
  before: Proposal | undefined,
  proposal: Proposal | undefined,
): Proposal | undefined {
  const isCourse =
    proposal !== undefined && ['exacerbation', 'exacerbations', 'recurrence'].includes(tokens[proposal.from]?.key ?? '')
  return isCourse && before?.type === 'condition' && before.to === proposal.from ? undefined : proposal
}

/** Modifiers of place and side up to a head: at least one of them, at most six words. */
function composedAt(tokens: readonly Token[], from: number): Proposal | undefined {
  let places = 0
  for (let i = from; i < Math.min(tokens.length, from + 8); i++) {
    const token = tokens[i]
    if (!token || (i > from && token.breaks > 1)) return undefined
    if (isJoint(token) && i > from) continue
    const type = SYMPTOM_HEADS.has(token.key) ? 'symptom' : CONDITION_HEADS.has(token.key) ? 'condition' : undefined
    if (type && places > 0) return { type, from, to: i + 1, rule: `grammar/${type}-head`, confidence: 0.75, codes: [] }
    if (!PLACES.has(token.key)) return undefined
    places++
  }
  return undefined
}

function fromMatch(place: Place, match: Match): Proposal | undefined {
  const type = chooseType(place, match)
  if (!type) return undefined
  const terms = match.terms.filter((term) => term.type === type)
  const { from, to } = type === 'anatomy' ? withSide(place.tokens, match) : match
  const weak = terms.every((term) => term.weak)
  return {
    type: type satisfies EntityType,
    from,
    to: type === 'condition' ? withStage(place.tokens, to) : to,
    rule: `vocabulary/${terms[0]?.source ?? 'none'}`,
    confidence: weak ? 0.6 : match.terms.length > 1 ? 0.8 : 0.9,
    codes: codesOf(terms),
  }
}

/** Of several types under one name the one that section and neighbours speak for; none when a weak name has no support. */
function chooseType(place: Place, match: Match): Term['type'] | undefined {
  const types = new Set(match.terms.map((term) => term.type))
  const isWeak = (type: Term['type']): boolean =>
    match.terms.filter((term) => term.type === type).every((term) => term.weak)
  const measured = numberFollows(place.tokens, match.to)
  if (types.has('vital') && (!isWeak('vital') || isVital(place, match, measured))) return 'vital'
  if (types.has('medication') && isDrugContext(place, match)) return 'medication'
  if (types.has('test') && (!isWeak('test') || measured || place.section === 'results')) return 'test'
  if (types.has('symptom') && types.has('condition')) return findingType(place, match)
  for (const type of ['condition', 'symptom', 'procedure', 'anatomy'] as const)
    if (types.has(type) && !isWeak(type)) return type
  if (types.has('medication') && !isWeak('medication') && !types.has('test')) return 'medication'
  return undefined
}

/** `hr 64` is enough by its number; a single letter (`T 99.1`, `P 88`) counts only among other vital signs. */
function isVital(place: Place, match: Match, measured: boolean): boolean {
  const isLetter = place.tokens[match.from]?.key.length === 1
  if (!isLetter) return measured || place.section === 'vital_signs'
  return (
    measured &&
    (place.section === 'vital_signs' || place.tokens.some((token) => token.key === 'bp' || token.key === 'spo2'))
  )
}

const DIAGNOSED: ReadonlySet<string | null> = new Set([
  'assessment',
  'assessment_and_plan',
  'past_medical_history',
  'results',
])

/** Anxiety told in a history is a complaint; in an assessment it is a diagnosis. */
function findingType(place: Place, match: Match): 'symptom' | 'condition' {
  if (DIAGNOSED.has(place.section)) return 'condition'
  return match.terms.some(
    (term) => term.type === 'condition' && term.source !== 'conditions' && term.source !== 'icd10cm_terms',
  )
    ? 'condition'
    : 'symptom'
}

function isDrugContext(place: Place, match: Match): boolean {
  const only = match.terms.every((term) => term.type === 'medication' && !term.weak)
  if (only) return true
  if (place.section === 'medications' || place.section === 'allergies')
    return !numberFollows(place.tokens, match.to) || doseFollows(place, match)
  if (doseFollows(place, match)) return true
  const before = place.tokens[match.from - 1]?.key ?? ''
  const twoBefore = place.tokens[match.from - 2]?.key ?? ''
  return DRUG_CALLS.has(before) && !(before === 'on' && twoBefore === 'based')
}

function doseFollows(place: Place, match: Match): boolean {
  return place.pieces.some(
    (piece) =>
      piece.kind === 'dose' &&
      piece.unit !== undefined &&
      piece.unit !== '%' &&
      piece.from >= match.to &&
      piece.from <= match.to + 1,
  )
}

function numberFollows(tokens: readonly Token[], at: number): boolean {
  for (let i = at; i < Math.min(at + 4, tokens.length); i++) {
    const token = tokens[i]
    if (token?.kind === 'number') return true
    if (!token || !['is', 'was', 'of', ':', '=', 'at', '-', 'were', 'about', 'level', '<', '>'].includes(token.key))
      return false
  }
  return false
}

function withSide(tokens: readonly Token[], match: Match): { from: number; to: number } {
  let { from } = match
  while (from > 0 && /^(?:left|right|bilateral|upper|lower|mid|l|r)$/.test(tokens[from - 1]?.key ?? '')) from--
  return { from, to: match.to }
}

/** "CKD stage 3", "type 2 diabetes mellitus type 2": the stage belongs to the name. */
function withStage(tokens: readonly Token[], to: number): number {
  const isStage = ['stage', 'grade', 'type', 'class'].includes(tokens[to]?.key ?? '')
  return isStage && /^(?:\d[ab]?|i{1,3}v?|iv|one|two|three|four)$/.test(tokens[to + 1]?.key ?? '') ? to + 2 : to
}
