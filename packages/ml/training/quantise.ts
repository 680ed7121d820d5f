import type { EntityType } from '../src/entities/types.ts'
import type { Weights } from '../src/tagger/model.ts'
import type { Learned } from './learn.ts'

/** Weights beyond this are cut; it spans more than 99.9 % of them. */
const LARGEST = 3
/** Smaller ones are dropped; measured to cost less than 0.1 points of F1. */
const SMALLEST = 0.1

/** Rounds weights to signed bytes and drops those near zero. */
export function quantise({ features, weights, chain }: Learned, types: readonly EntityType[]): Weights {
  const quantum = LARGEST / 127
  const kept = new Map<number, (readonly [number, number])[]>()
  for (const [name, index] of features) {
    const pairs: (readonly [number, number])[] = []
    for (let label = 0; label < chain.labels; label++) {
      const weight = weights[index * chain.labels + label] ?? 0
      if (Math.abs(weight) >= SMALLEST) pairs.push([label, Math.max(-127, Math.min(127, Math.round(weight / quantum)))])
    }
    if (pairs.length > 0) kept.set(name, pairs)
  }
  return { names: types, transitions: [...chain.transitions], features: kept, quantum }
}
