import type { Token } from '../text/index.ts'
import type { Place } from './mentions.ts'
import { ALLERGENS } from './modifiers.ts'
import type { Proposal } from './types.ts'

/** Turns what a patient is allergic to into allergies: in the section of that name, and after "allergic to". */
export function markAllergies(place: Place, mentions: readonly Proposal[]): Proposal[] {
  const { tokens } = place
  const from = place.section === 'allergies' ? 0 : allergyCue(tokens)
  if (from === undefined) return [...mentions]
  const end = place.section === 'allergies' ? tokens.length : listEnd(tokens, from)
  const inList = (position: number): boolean => position >= from && position < end
  const kept = mentions.map((mention): Proposal => {
    const isAllergen =
      mention.type === 'medication' || (mention.type === 'test' && ALLERGENS.has(tokens[mention.from]?.key ?? ''))
    return isAllergen && inList(mention.from)
      ? { ...mention, type: 'allergy', to: withAgent(tokens, mention.to) }
      : mention
  })
  const others: Proposal[] = []
  for (let i = from; i < end; i++) {
    if (
      !ALLERGENS.has(tokens[i]?.key ?? '') ||
      kept.some((mention) => mention.type === 'allergy' && mention.from <= i && mention.to > i)
    )
      continue
    others.push({
      type: 'allergy',
      from: i,
      to: withAgent(tokens, i + 1),
      rule: 'grammar/allergen',
      confidence: 0.85,
      codes: [],
    })
    i = withAgent(tokens, i + 1) - 1
  }
  return [
    ...kept.filter((mention) => !others.some((other) => other.from < mention.to && other.to > mention.from)),
    ...others,
  ].sort((a, b) => a.from - b.from)
}

/** "iodine contrast", "sulfa drugs": the agent's second word. */
function withAgent(tokens: readonly Token[], to: number): number {
  return [
    'contrast',
    'dye',
    'drugs',
    'drug',
    'antibiotics',
    'products',
    'tape',
    'stings',
    'sting',
    'venom',
    'dander',
    'oil',
  ].includes(tokens[to]?.key ?? '')
    ? to + 1
    : to
}

function allergyCue(tokens: readonly Token[]): number | undefined {
  for (let i = 0; i < tokens.length; i++) {
    const key = tokens[i]?.key ?? ''
    const next = tokens[i + 1]?.key ?? ''
    if (
      (key === 'allergic' && (next === 'to' || next === 'reaction')) ||
      (/^allerg(?:y|ies)$/.test(key) && ['to', ':', 'include', 'includes', 'are', 'is'].includes(next)) ||
      (key === 'intolerant' && next === 'to')
    )
      return i + 2
  }
  return undefined
}

function listEnd(tokens: readonly Token[], from: number): number {
  for (let i = from; i < tokens.length; i++)
    if (['.', ';', 'but', 'which', 'who', 'she', 'he', 'so'].includes(tokens[i]?.key ?? '')) return i
  return tokens.length
}
