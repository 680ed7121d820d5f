import { DATE_RULES } from './dates.ts'
import { QUANTITY_RULES } from './quantities.ts'
import type { Rule } from './rule.ts'
import { belowHundred, cardinal, shortHundred } from './spoken-numbers.ts'
import { isTime, measureAfterNumber } from './units.ts'

/** "one hundred twenty over eighty" -> 120/80 mmHg: a systolic above a diastolic, both humanly possible. */
const bloodPressure: Rule = (words, at) => {
  const systolic = longest(cardinal(words, at), shortHundred(words, at), (n) => words[at + n.used] === 'over')
  if (!systolic || words[at + systolic.used] !== 'over') return undefined
  const from = at + systolic.used + 1
  const diastolic = longest(shortHundred(words, from), wholeTens(words, from) ?? cardinal(words, from), () => true)
  if (
    !diastolic ||
    systolic.value < 50 ||
    systolic.value > 300 ||
    diastolic.value < 20 ||
    diastolic.value >= systolic.value
  )
    return undefined
  const used = systolic.used + 1 + diastolic.used
  const unit = measureAfterNumber(words, at + used)
  if (unit?.written === ' mmHg') return { text: `${systolic.value}/${diastolic.value} mmHg`, used: used + unit.used }
  // Two strengths of one tablet, a pressure with the dose that follows it, or something given over a time: who knows.
  if (unit && !isTime(words[at + used]))
    return { text: words.slice(at, at + used + unit.used).join(' '), used: used + unit.used }
  if (unit || words[at + used] === 'point') return undefined
  return { text: `${systolic.value}/${diastolic.value}`, used }
}

/** "eighty, one hundred milligrams": no pressure ends in "hundred". */
function wholeTens(words: readonly string[], at: number): { value: number; used: number } | undefined {
  const both = belowHundred(words, at)
  if (both?.used !== 2 || words[at + 2] !== 'hundred') return undefined
  return { value: both.value - (both.value % 10), used: 1 }
}

/** "five out of ten" -> 5/10 */
const score: Rule = (words, at) => {
  const got = cardinal(words, at)
  if (!got || words[at + got.used] !== 'out' || words[at + got.used + 1] !== 'of') return undefined
  const of = cardinal(words, at + got.used + 2)
  if (!of || got.value > of.value) return undefined
  return { text: `${got.value}/${of.value}`, used: got.used + 2 + of.used }
}

export const NUMBER_RULES: readonly Rule[] = [bloodPressure, score, ...DATE_RULES, ...QUANTITY_RULES]

function longest<T extends { used: number }>(
  a: T | undefined,
  b: T | undefined,
  fits: (read: T) => boolean,
): T | undefined {
  const fitting = [a, b].filter((read): read is T => read !== undefined && fits(read))
  return fitting.sort((x, y) => y.used - x.used)[0]
}
