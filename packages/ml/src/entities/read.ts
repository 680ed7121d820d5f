import { assessor } from '../assertion/assess.ts'
import { type Section, findSections } from '../sections/find.ts'
import { type SectionKind, sectionKind } from '../sections/headings.ts'
import { findPieces } from '../sig/pieces.ts'
import { type Sentence, splitSentences, tokenise } from '../text/index.ts'
import { attributesOf } from './dosing.ts'
import type { Place } from './mentions.ts'
import { withTagger } from './merge.ts'
import { proposeByRule } from './propose.ts'
import { type Register, registerOf } from './register.ts'
import { ASSERTED, statusOf } from './status.ts'
import type { Entity, Proposal } from './types.ts'

export interface ReadOptions {
  /** Section the text was taken from, when it is only a passage of a note. */
  readonly section?: string
}

/**
 * Reads a clinical text: who has what, takes what, measured what. Rules alone, so every answer can be explained.
 * Entities come in order, without overlap, each with `text.slice(start, end) === entity.text` in UTF-16 offsets.
 * Never throws on any text; time is linear in its length. Nothing is to enter a chart before a person confirmed it.
 */
export function readEntities(text: string, options: ReadOptions = {}): Entity[] {
  const tokens = tokenise(text)
  const given = options.section === undefined ? null : (sectionKind(options.section) ?? null)
  const sections = findSections(text, tokens)
  const isNote = given !== null || sections.some((section) => section.section !== null)
  const register = isNote ? 'note' : registerOf(text)
  const entities: Entity[] = []
  for (const sentence of splitSentences(text, tokens)) {
    const around = sectionAt(sections, sentence.start)
    const section = around?.section ?? given
    readSentence({ text, sentence, section, bodyStart: around?.heading?.end ?? 0, register, entities })
  }
  return entities
}

function sectionAt(sections: readonly Section[], offset: number): Section | undefined {
  let low = 0
  let high = sections.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((sections[middle]?.start ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return sections[low]
}

interface Reading {
  readonly text: string
  readonly sentence: Sentence
  readonly section: SectionKind | null
  readonly register: Register
  /** Where the text below its heading begins: a heading names a section, not a finding. */
  readonly bodyStart: number
  /** Where the entities of the whole text are collected. */
  readonly entities: Entity[]
}

function readSentence({ text, sentence, section, register, bodyStart, entities }: Reading): void {
  const place: Place = { tokens: sentence.tokens, section, pieces: findPieces(sentence.tokens) }
  const proposals = withTagger(register, text, sentence.tokens, proposeByRule(place)).filter(
    ({ from }) => (sentence.tokens[from]?.start ?? 0) >= bodyStart,
  )
  const assess = assessor(text, sentence)
  const first = entities.length
  for (const proposal of proposals) {
    const start = sentence.tokens[proposal.from]?.start ?? 0
    const end = sentence.tokens[proposal.to - 1]?.end ?? start
    const { type, rule, confidence, codes = [], attributes } = proposal
    const asserted = ASSERTED.has(type) ? assertionOf(place, proposal, assess({ start, end, type })) : undefined
    entities.push({
      type,
      text: text.slice(start, end),
      start,
      end,
      section,
      ...asserted,
      ...(attributes ? { attributes } : {}),
      ...linked(place, proposal, proposals, first),
      codes,
      rule,
      confidence,
    })
  }
}

function assertionOf(
  place: Place,
  { type, from }: Proposal,
  axes: ReturnType<ReturnType<typeof assessor>>,
): Pick<Entity, 'assertion' | 'evidence'> {
  if (isReason(place, from)) return { assertion: 'hypothetical', evidence: axes.evidence }
  const keysBefore = place.tokens.slice(0, from).map((token) => token.key)
  return { assertion: statusOf({ axes, type, section: place.section, keysBefore }), evidence: axes.evidence }
}

/** "every 4 hours for severe pain": what a medicine is taken for, should it come. */
function isReason(place: Place, from: number): boolean {
  const at = ['severe', 'moderate', 'mild', 'breakthrough'].includes(place.tokens[from - 1]?.key ?? '')
    ? from - 1
    : from
  if (place.tokens[at - 1]?.key !== 'for') return false
  return place.pieces.some((piece) => (piece.kind === 'frequency' || piece.kind === 'prn') && piece.to === at - 1)
}

const DOSING = new Set(['dosage', 'route', 'frequency', 'duration'])

/** Pieces of dosing go to the nearest medication before them, else to the first one after; a value to its name. */
function linked(
  place: Place,
  owner: Proposal,
  all: readonly Proposal[],
  first: number,
): Pick<Entity, 'parts' | 'attributes'> {
  if (owner.type === 'test' || owner.type === 'vital') {
    const next = all[all.indexOf(owner) + 1]
    return next?.type === 'value' ? { parts: [first + all.indexOf(next)] } : {}
  }
  if (owner.type !== 'medication') return {}
  const drugs = all.filter((one) => one.type === 'medication')
  const parts = all.filter((one) => DOSING.has(one.type) && ownerOf(one, drugs) === owner)
  const pieces = place.pieces.filter(
    (piece) =>
      parts.some((part) => piece.from < part.to && piece.to > part.from) ||
      (piece.kind === 'prn' && ownerOf(piece, drugs) === owner),
  )
  return parts.length + pieces.length === 0
    ? {}
    : { parts: parts.map((part) => first + all.indexOf(part)), attributes: attributesOf(pieces) }
}

function ownerOf(part: { readonly from: number }, drugs: readonly Proposal[]): Proposal | undefined {
  return drugs.findLast((drug) => drug.to <= part.from) ?? drugs[0]
}
