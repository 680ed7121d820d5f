import { markAllergies } from './allergies.ts'
import { findDosing } from './dosing.ts'
import { findValues } from './measurements.ts'
import { type Place, findMentions } from './mentions.ts'
import type { Proposal } from './types.ts'

/** What vocabularies and grammars find in a sentence, in order and without overlap. */
export function proposeByRule(place: Place): Proposal[] {
  const mentions = markAllergies(place, findMentions(place))
  return withoutOverlap([...mentions, ...findValues(place, mentions), ...findDosing(place, mentions)])
}

/** Of two that overlap the longer stays, then the surer. */
function withoutOverlap(proposals: readonly Proposal[]): Proposal[] {
  const kept: Proposal[] = []
  const bySize = [...proposals].sort((a, b) => b.to - b.from - (a.to - a.from) || b.confidence - a.confidence)
  const taken = new Set<number>()
  for (const proposal of bySize) {
    let free = true
    for (let i = proposal.from; i < proposal.to; i++) free &&= !taken.has(i)
    if (!free) continue
    for (let i = proposal.from; i < proposal.to; i++) taken.add(i)
    kept.push(proposal)
  }
  return kept.sort((a, b) => a.from - b.from)
}
