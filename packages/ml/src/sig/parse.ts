import { tokenise } from '../text/index.ts'
import type { Piece } from './piece.ts'
import { findPieces } from './pieces.ts'
import { separateGlued } from './separate.ts'

/** A medication instruction in structured form. A field that is not said is null; nothing is assumed for it. */
export interface SigRecord {
  /** Amount of one intake; with `doseMax` the lower end of a range. */
  readonly dose: number | null
  readonly doseMax: number | null
  /** `tablet`, `mL`, `mg`, `puff`, `unit` … */
  readonly unit: string | null
  readonly route: string | null
  /** `times/period`: `2/1d`, `1/8h`, `1/4-6h`, `1/1wk`; `once` for a single dose. */
  readonly frequency: string | null
  /** Taken only when needed. */
  readonly asNeeded: boolean
  /** `10d`, `2wk`, `3mo`. */
  readonly duration: string | null
  /** Several steps or changing doses: the fields above do not tell the whole, a person has to read it. */
  readonly isComplex: boolean
}

/** Units that count pieces: beside one of them a mass or volume is the strength or the total, not the dose. */
const COUNTED = new Set(
  'tablet capsule puff drop spray patch pill vial application click suppository lozenge packet scoop pump'.split(' '),
)
const LIQUIDS = new Set('mL teaspoon tablespoon'.split(' '))

/** Reads one medication instruction. Never throws; what it cannot read stays null. */
export function parseSig(text: string): SigRecord {
  const plain = separateGlued(text)
  const tokens = tokenise(plain)
  const pieces = findPieces(tokens)
  const doses = pieces.filter((piece) => piece.kind === 'dose')
  const dose = chooseDose(doses, pieces)
  const unit = unitOf(dose?.unit)
  const frequency = chooseFrequency(pieces)
  const duration = pieces.find((piece) => piece.kind === 'duration')
  return {
    dose: dose?.low ?? null,
    doseMax: dose?.high ?? null,
    unit,
    route: chooseRoute(plain.toLowerCase(), pieces, unit),
    frequency,
    asNeeded: pieces.some((piece) => piece.kind === 'prn'),
    duration: duration ? `${duration.amount}${duration.unit}` : null,
    isComplex: isComplex(plain.toLowerCase(), doses),
  }
}

type Dose = Extract<Piece, { kind: 'dose' }>

/** The first count of pieces; else the first liquid; else the first amount with a unit; else a bare number in dose position. */
function chooseDose(doses: readonly Dose[], pieces: readonly Piece[]): Dose | undefined {
  const measured = doses.filter((dose) => dose.unit !== undefined && dose.unit !== '%')
  return (
    measured.find((dose) => COUNTED.has(dose.unit ?? '')) ??
    measured.find((dose) => LIQUIDS.has(dose.unit ?? '')) ??
    measured[0] ??
    doses.find((dose) => isDosePosition(dose, pieces))
  )
}

/** A bare number is a dose only first of all and right before a route, a frequency or "as needed" (`1 po bid`). */
function isDosePosition(dose: Dose, pieces: readonly Piece[]): boolean {
  const position = pieces.indexOf(dose)
  const next = pieces[position + 1]
  return dose.from <= 1 && dose.low <= 20 && next !== undefined && next.kind !== 'dose' && next.from <= dose.to + 1
}

function unitOf(unit: string | undefined): string | null {
  return unit === undefined ? null : unit === '[IU]' ? 'unit' : unit
}

function chooseFrequency(pieces: readonly Piece[]): string | null {
  const all = pieces.filter((piece) => piece.kind === 'frequency')
  const explicit = all.find((piece) => !piece.timeOfDay && piece.frequency !== 'once')
  if (explicit) return explicit.frequency
  const times = all.filter((piece) => piece.timeOfDay)
  if (times.length > 0) return `${times.length}/1d`
  return all[0]?.frequency ?? null
}

function chooseRoute(text: string, pieces: readonly Piece[], unit: string | null): string | null {
  const routes = pieces.flatMap((piece) => (piece.kind === 'route' ? [piece.route] : []))
  if (unit === 'puff' || /\b(?:inhale|nebuliz|nebulis)/.test(text)) return 'inhaled'
  if (routes.includes('inhaled') && !routes.includes('oral')) return 'inhaled'
  const specific = routes.find((route) => route !== 'oral' && route !== 'inhaled')
  if (specific) return specific
  if (unit === 'drop' || /\b(?:instill|drops?)\b/.test(text)) {
    if (/\beyes?\b/.test(text)) return 'ophthalmic'
    if (/\bears?\b/.test(text)) return 'otic'
  }
  if (/\bnostrils?\b|\bnose\b/.test(text)) return 'nasal'
  if (routes[0]) return routes[0]
  if (unit === 'spray' && /\bnos/.test(text)) return 'nasal'
  if (unit === 'click' || unit === 'application' || /\bappl(?:y|ied)\b|\baffected area|\bto (?:the )?skin\b/.test(text))
    return 'topical'
  return null
}

/** Tapers, alternating days and several different doses. */
function isComplex(text: string, doses: readonly Dose[]): boolean {
  const counts = new Set(
    doses.filter((dose) => COUNTED.has(dose.unit ?? '')).map((dose) => `${dose.low}-${dose.high ?? ''}`),
  )
  return (
    counts.size > 1 || /\bthen\b|\btaper|\bday 1\b|\bdays? \d+ ?-|\bdecrease|\bincrease to\b|\bas follows\b/.test(text)
  )
}
