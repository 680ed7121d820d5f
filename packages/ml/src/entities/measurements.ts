import { valueAfter } from '../facts/value.ts'
import type { Place } from './mentions.ts'
import type { Proposal } from './types.ts'

/** Values of the tests and vital signs of a sentence, each taken by the name right before it. */
export function findValues(place: Place, mentions: readonly Proposal[]): Proposal[] {
  const { tokens } = place
  const found: Proposal[] = []
  for (const mention of mentions) {
    if (mention.type !== 'test' && mention.type !== 'vital') continue
    const value = valueAfter(tokens, mention.to)
    if (
      !value ||
      mentions.some(
        (other) => other !== mention && other.from < value.to && other.to > mention.to && other.from < value.from,
      )
    )
      continue
    const { from, value: number, second, comparator, unit } = value
    found.push({
      type: 'value',
      from,
      to: value.to + roomAir(place, value.to),
      rule: 'grammar/value',
      confidence: unit === null ? 0.85 : 0.95,
      attributes: {
        kind: 'measurement',
        value: number,
        ...(second === undefined ? {} : { second }),
        ...(comparator === undefined ? {} : { comparator }),
        unit: unit ?? usualUnit(mention, second),
      },
    })
  }
  return found
}

function usualUnit(mention: Proposal, second: number | undefined): string | null {
  return mention.type === 'vital' && second !== undefined ? 'mm[Hg]' : null
}

/** "98% on room air": what the patient breathed belongs to a saturation. */
function roomAir(place: Place, at: number): number {
  const [on, room, air] = [place.tokens[at]?.key, place.tokens[at + 1]?.key, place.tokens[at + 2]?.key]
  if (on === 'on' && room === 'room' && air === 'air') return 3
  return on === 'on' && room === 'ra' ? 2 : on === 'ra' ? 1 : 0
}
