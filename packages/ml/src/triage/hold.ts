import type { Mention } from './mentions.ts'
import type { Condition, TriageRule } from './tables.ts'
import type { TriageFlag } from './types.ts'

/** What is known besides the words. */
export interface Facts {
  readonly age: number
  /** Of a mention, or (null) of the complaint as a whole. */
  readonly daysOf: (mention: Mention | null) => number
  readonly temp: number | undefined
  readonly severity: number | undefined
  readonly isPregnant: boolean
}

/** The flag of a rule that holds. Every condition is of the kind "at least this": more that stands never takes one away. */
export function flagOf(rule: TriageRule, standing: readonly Mention[], facts: Facts): TriageFlag | undefined {
  const evidence: Mention[] = []
  for (const finding of rule.finds) {
    const found = standing.filter((mention) => finding === '*' || mention.finding === finding)
    const fitting = found.filter((mention) => holds(rule.when, facts, mention))
    if (fitting.length === 0) return undefined
    evidence.push(...fitting)
  }
  if (rule.finds.length === 0 && !holds(rule.when, facts, null)) return undefined
  const { id, level, reason, source } = rule
  return {
    level,
    rule: `triage/${id}`,
    reason,
    source,
    evidence: evidence
      .filter((one, i) => one.end > one.start && evidence.indexOf(one) === i)
      .map(({ text, start, end }) => ({ text, start, end })),
  }
}

function holds(conditions: readonly Condition[], facts: Facts, mention: Mention | null): boolean {
  return conditions.every(({ fact, sign, bound }) => {
    const value = valueOf(fact, facts, mention)
    if (value === undefined) return false
    switch (sign) {
      case '<':
        return value < bound
      case '<=':
        return value <= bound
      case '>':
        return value > bound
      case '>=':
        return value >= bound
    }
  })
}

function valueOf(fact: Condition['fact'], facts: Facts, mention: Mention | null): number | undefined {
  switch (fact) {
    case 'age':
      return facts.age
    case 'days':
      return facts.daysOf(mention)
    case 'temp':
      return facts.temp
    case 'severity':
      return facts.severity
    case 'pregnant':
      return facts.isPregnant ? 1 : 0
  }
}
