import type { EntityType } from '../entities/types.ts'

/** Label 0 is "outside"; type t has 2t+1 for its first token and 2t+2 for the others. */
export function labelCount(types: readonly EntityType[]): number {
  return 1 + 2 * types.length
}

export interface Span {
  readonly type: EntityType
  /** Token positions, `to` exclusive. */
  readonly from: number
  readonly to: number
}

/** Spans of a label sequence. An inside label that follows nothing of its type opens a span of its own. */
export function spansOf(labels: ArrayLike<number>, types: readonly EntityType[]): Span[] {
  const spans: Span[] = []
  for (let i = 0; i < labels.length;) {
    const label = labels[i] ?? 0
    const type = types[(label - 1) >> 1]
    let to = i + 1
    if (label > 0 && type !== undefined) {
      const inside = label + (label % 2)
      while (to < labels.length && labels[to] === inside) to++
      spans.push({ type, from: i, to })
    }
    i = to
  }
  return spans
}
