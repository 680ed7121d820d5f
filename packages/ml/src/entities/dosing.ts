import type { Piece } from '../sig/piece.ts'
import type { Place } from './mentions.ts'
import type { MedicationAttributes, Proposal } from './types.ts'

const UCUM: Readonly<Record<string, string>> = {
  mg: 'mg',
  ug: 'ug',
  g: 'g',
  mL: 'mL',
  meq: 'meq',
  '[IU]': '[IU]',
  '%': '%',
  teaspoon: '[tsp_us]',
  tablespoon: '[tbs_us]',
  drop: '[drp]',
  kg: 'kg',
  ng: 'ng',
  oz: '[oz_av]',
}

/** Dose, route, frequency, duration of the medications of a sentence; nothing where no medication stands. */
export function findDosing(place: Place, mentions: readonly Proposal[]): Proposal[] {
  const drugs = mentions.filter((mention) => mention.type === 'medication' || mention.type === 'allergy')
  if (drugs.length === 0 && place.section !== 'medications') return []
  const taken = (from: number, to: number): boolean =>
    mentions.some((mention) => mention.type !== 'anatomy' && mention.from < to && mention.to > from)
  const found: Proposal[] = []
  for (const [position, piece] of place.pieces.entries()) {
    if (taken(piece.from, piece.to)) continue
    const proposal = fromPiece(place, piece, drugs, place.pieces[position - 1])
    if (proposal) found.push(proposal)
  }
  return [...found, ...strengthPairs(place, drugs, found), ...timesAgo(place)]
}

function fromPiece(
  place: Place,
  piece: Piece,
  drugs: readonly Proposal[],
  before: Piece | undefined,
): Proposal | undefined {
  const { from, to } = piece
  switch (piece.kind) {
    case 'dose':
      return isDose(place, piece, drugs)
        ? { type: 'dosage', from, to, rule: 'grammar/dose', confidence: 0.9 }
        : undefined
    case 'route':
      return isNear(drugs, from, 12) ? { type: 'route', from, to, rule: 'grammar/route', confidence: 0.9 } : undefined
    case 'frequency':
      return isNear(drugs, from, 20)
        ? { type: 'frequency', from, to, rule: 'grammar/frequency', confidence: 0.9 }
        : undefined
    case 'prn':
      // After a frequency "as needed" qualifies it; the short form stands for itself.
      return before?.kind === 'frequency' && place.tokens[from]?.key !== 'prn'
        ? undefined
        : { type: 'frequency', from, to, rule: 'grammar/prn', confidence: 0.9 }
    case 'duration':
      return isNear(drugs, from, 20)
        ? { type: 'duration', from, to, rule: 'grammar/duration', confidence: 0.85 }
        : undefined
    case 'maximum':
      return undefined
    default:
      return piece satisfies never
  }
}

function isDose(place: Place, piece: Extract<Piece, { kind: 'dose' }>, drugs: readonly Proposal[]): boolean {
  if (piece.unit === undefined)
    return (
      place.tokens[piece.from - 1]?.key === 'from' &&
      ['to', '-'].includes(place.tokens[piece.to]?.key ?? '') &&
      isNear(drugs, piece.from, 8)
    )
  const isConcentration =
    place.tokens[piece.to]?.key === '/' && /^(?:dl|l|min)$/.test(place.tokens[piece.to + 1]?.key ?? '')
  return !isConcentration && (piece.unit !== '%' || isNear(drugs, piece.from, 3)) && isNear(drugs, piece.from, 16)
}

function isNear(drugs: readonly Proposal[], at: number, furthest: number): boolean {
  return (
    drugs.length === 0 ||
    drugs.some((drug) => Math.abs(at - drug.to) <= furthest || Math.abs(drug.from - at) <= furthest)
  )
}

/** "Hydrocodone acetaminophen 5/325": two strengths of a combination. */
function strengthPairs(place: Place, drugs: readonly Proposal[], found: readonly Proposal[]): Proposal[] {
  return drugs.flatMap((drug): Proposal[] => {
    const [one, slash, two] = [place.tokens[drug.to], place.tokens[drug.to + 1], place.tokens[drug.to + 2]]
    if (one?.kind !== 'number' || (slash?.key !== '/' && slash?.key !== '-') || two?.kind !== 'number') return []
    if (found.some((other) => other.from < drug.to + 3 && other.to > drug.to)) return []
    return [{ type: 'dosage', from: drug.to, to: drug.to + 3, rule: 'grammar/strengths', confidence: 0.85 }]
  })
}

/** "ran out of her losartan two weeks ago": in a list of medicines the time since is told as a duration. */
function timesAgo(place: Place): Proposal[] {
  if (place.section !== 'medications') return []
  const ago = place.tokens.findIndex((token) => token.key === 'ago')
  if (ago < 2 || !/^(?:day|week|month|year)s?$/.test(place.tokens[ago - 1]?.key ?? '')) return []
  return [{ type: 'duration', from: ago - 2, to: ago + 1, rule: 'grammar/ago', confidence: 0.7 }]
}

/** The record of one medication from its pieces; the nearest of each kind after it, else before it. */
export function attributesOf(pieces: readonly Piece[]): MedicationAttributes {
  const first = <K extends Piece['kind']>(kind: K): Extract<Piece, { kind: K }> | undefined =>
    pieces.find((piece): piece is Extract<Piece, { kind: K }> => piece.kind === kind)
  const dose = pieces.find(
    (piece): piece is Extract<Piece, { kind: 'dose' }> => piece.kind === 'dose' && piece.unit !== undefined,
  )
  const duration = first('duration')
  return {
    kind: 'medication',
    dose:
      dose?.unit === undefined
        ? null
        : {
            low: dose.low,
            ...(dose.high === undefined ? {} : { high: dose.high }),
            unit: dose.unit,
            ucum: UCUM[dose.unit] ?? `{${dose.unit}}`,
          },
    route: first('route')?.route ?? null,
    frequency: first('frequency')?.frequency ?? null,
    duration: duration ? `${duration.amount}${duration.unit}` : null,
    asNeeded: first('prn') !== undefined,
  }
}
