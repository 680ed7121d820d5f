import { VITALS } from '../physiology/vital.ts'
import type { Random } from '../physiology/random.ts'

type Phase = 'stable' | 'warning' | 'critical'
type Range = readonly [low: number, high: number]

/** How far a patient goes: one in five becomes critical, three in ten stop at warning, half stay stable. */
export function drawWorstPhase(random: Random): Phase {
  const draw = random.next()
  return draw < 0.2 ? 'critical' : draw < 0.5 ? 'warning' : 'stable'
}

/**
 * The plain demonstration: stable for 5 s, warning until 10 s, critical until 10 min, each vital sign drawn evenly from
 * fixed ranges on one side or the other. No physiology, but everybody sees an alarm within ten seconds.
 */
export function drawPhased(random: Random, phase: Phase, values: Float64Array): void {
  for (let vital = 0; vital < VITALS.length; vital++) {
    const sides = RANGES[phase][vital] ?? [[0, 0]]
    const [low, high] = random.pick(sides)
    const value = random.between(low, high)
    values[vital] = VITALS[vital] === 'temperature' ? Math.round(value * 10) / 10 : Math.round(value)
  }
}

export function phaseAt(seconds: number, worst: Phase): Phase {
  if (worst === 'stable' || seconds < 5 || seconds >= PHASED_MINUTES * 60) return 'stable'
  return worst === 'warning' || seconds < 10 ? 'warning' : 'critical'
}

export const PHASED_MINUTES = 10

/** Ranges of the reference demonstration, in the order of `VITALS`. */
const RANGES: Record<Phase, readonly (readonly [Range, ...Range[]])[]> = {
  stable: [[[70, 90]], [[96, 100]], [[110, 130]], [[70, 85]], [[36.5, 37.2]], [[14, 18]]],
  warning: [
    [
      [55, 59],
      [101, 105],
    ],
    [[92, 93]],
    [
      [85, 89],
      [141, 145],
    ],
    [
      [55, 59],
      [91, 95],
    ],
    [
      [35.8, 35.9],
      [37.6, 37.8],
    ],
    [
      [10, 11],
      [21, 22],
    ],
  ],
  critical: [
    [
      [40, 45],
      [125, 130],
    ],
    [[85, 89]],
    [
      [75, 79],
      [161, 165],
    ],
    [
      [45, 49],
      [101, 105],
    ],
    [
      [35, 35.2],
      [38.8, 39],
    ],
    [
      [8, 9],
      [31, 32],
    ],
  ],
}
