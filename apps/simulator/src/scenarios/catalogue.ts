import type { Condition } from '../physiology/person.ts'
import type { Random } from '../physiology/random.ts'
import type { Course } from './course.ts'
import { cardiacArrest, copd, haemorrhage, opioid, sepsis } from './deteriorations.ts'
import { artefact, clockSkew, type Delivery, duplicates, outOfOrder, sensorOff } from './faults.ts'

/** What one patient goes through. `mixed` is not among them: it draws one of these for each patient. */
interface Scenario {
  course?: Course
  condition?: Condition
  delivery?: (random: Random) => Delivery
}

const SCENARIOS = {
  stable: {},
  sepsis: { course: sepsis },
  haemorrhage: { course: haemorrhage },
  copd: { course: copd, condition: 'copd' },
  opioid: { course: opioid },
  'cardiac-arrest': { course: cardiacArrest },
  'sensor-off': { course: sensorOff },
  artefact: { course: artefact },
  'clock-skew': { delivery: clockSkew },
  'out-of-order': { delivery: outOfOrder },
  duplicates: { delivery: duplicates },
  phased: {},
} as const satisfies Record<string, Scenario>

type PlainScenario = keyof typeof SCENARIOS

export type ScenarioName = PlainScenario | 'mixed'

export const SCENARIO_NAMES = [...Object.keys(SCENARIOS), 'mixed'] as ScenarioName[]

export function scenarioOf(name: PlainScenario): Scenario {
  return SCENARIOS[name]
}

/** A ward as it is: more than half quiet, the others ill or badly wired. */
export function drawMixed(random: Random): PlainScenario {
  let draw = random.next()
  for (const [name, share] of MIX) {
    draw -= share
    if (draw < 0) return name
  }
  return 'stable'
}

const MIX: readonly (readonly [PlainScenario, number])[] = [
  ['stable', 0.52],
  ['sepsis', 0.08],
  ['haemorrhage', 0.05],
  ['copd', 0.07],
  ['opioid', 0.05],
  ['cardiac-arrest', 0.02],
  ['sensor-off', 0.06],
  ['artefact', 0.06],
  ['out-of-order', 0.04],
  ['duplicates', 0.03],
  ['clock-skew', 0.02],
]
