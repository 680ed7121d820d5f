import { parseSig } from '../sig/parse.ts'
import { findPieces } from '../sig/pieces.ts'
import { tokenise } from '../text/index.ts'

const MILLIGRAMS: Readonly<Record<string, number>> = { mg: 1, g: 1000, ug: 0.001 }
const PER_DAY: Readonly<Record<string, number>> = { min: 1440, h: 24, d: 1, wk: 1 / 7, mo: 1 / 30 }

/** Milligrams a day of a written medication, at its upper dose and highest rate; undefined when it does not say. */
export function milligramsADay(text: string): number | undefined {
  const strength = findPieces(tokenise(text)).find(
    (piece) => piece.kind === 'dose' && piece.unit !== undefined && piece.unit in MILLIGRAMS,
  )
  if (strength?.kind !== 'dose') return undefined
  const { dose, doseMax, unit, frequency } = parseSig(text)
  const times = timesADay(frequency)
  if (times === undefined) return undefined
  const isCount = unit !== null && !(unit in MILLIGRAMS) && unit !== 'mL'
  const count = isCount ? (doseMax ?? dose ?? 1) : 1
  return (strength.high ?? strength.low) * (MILLIGRAMS[strength.unit ?? 'mg'] ?? 1) * count * times
}

/** Intakes a day of `times/period`; of `1/4-6h` the shorter interval counts. */
export function timesADay(frequency: string | null): number | undefined {
  const match = /^(?:\d+-)?(\d+)\/(\d+(?:\.\d+)?)(?:-[\d.]+)?([a-z]+)$/.exec(frequency ?? '')
  const rate = PER_DAY[match?.[3] ?? '']
  return match && rate !== undefined ? (Number(match[1]) * rate) / Number(match[2]) : undefined
}
