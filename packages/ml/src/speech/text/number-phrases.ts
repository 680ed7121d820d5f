import type { Rule } from './rule.ts'
import { cardinal, dayOfMonth, decimal, digit, shortHundred, year } from './spoken-numbers.ts'
import { isCounted, unitAfterNumber } from './units.ts'

const MONTHS = new Set(
  'january february march april may june july august september october november december'.split(' '),
)
/** Before these, a lone "one" is a figure. */
const NUMBERED = new Set('type stage grade number class category phase step level day week gravida para'.split(' '))

/** "one hundred twenty over eighty" -> 120/80 mmHg: a systolic above a diastolic, both humanly possible. */
const bloodPressure: Rule = (words, at) => {
  const systolic = longest(cardinal(words, at), shortHundred(words, at), (n) => words[at + n.used] === 'over')
  if (!systolic || words[at + systolic.used] !== 'over') return undefined
  const from = at + systolic.used + 1
  const diastolic = longest(shortHundred(words, from), cardinal(words, from), () => true)
  if (
    !diastolic ||
    systolic.value < 50 ||
    systolic.value > 300 ||
    diastolic.value < 20 ||
    diastolic.value >= systolic.value
  )
    return undefined
  const used = systolic.used + 1 + diastolic.used
  const unit = unitAfterNumber(words, at + used)
  const suffix = unit?.written === ' mmHg' ? unit : undefined
  return { text: `${systolic.value}/${diastolic.value}${suffix?.written ?? ''}`, used: used + (suffix?.used ?? 0) }
}

/** "five out of ten" -> 5/10 */
const score: Rule = (words, at) => {
  const got = cardinal(words, at)
  if (!got || words[at + got.used] !== 'out' || words[at + got.used + 1] !== 'of') return undefined
  const of = cardinal(words, at + got.used + 2)
  if (!of || got.value > of.value) return undefined
  return { text: `${got.value}/${of.value}`, used: got.used + 2 + of.used }
}

/** "the twelfth of october twenty twenty three" -> 12 October 2023; "october twelfth" -> October 12 */
const date: Rule = (words, at) => {
  const start = words[at] === 'the' ? at + 1 : at
  const day = dayOfMonth(words, start)
  if (day && words[start + day.used] === 'of' && MONTHS.has(words[start + day.used + 1] ?? '')) {
    const month = capitalised(words[start + day.used + 1] ?? '')
    const used = start - at + day.used + 2
    return withYear({ text: `${day.value} ${month}`, used }, words, at)
  }
  if (!MONTHS.has(words[at] ?? '')) return undefined
  const after = words[at + 1] === 'the' ? at + 2 : at + 1
  const second = dayOfMonth(words, after)
  if (!second) return undefined
  return withYear(
    { text: `${capitalised(words[at] ?? '')} ${second.value}`, used: after - at + second.used },
    words,
    at,
  )
}

function withYear(
  read: { text: string; used: number },
  words: readonly string[],
  at: number,
): { text: string; used: number } {
  const found = year(words, at + read.used)
  return found ? { text: `${read.text} ${found.value}`, used: read.used + found.used } : read
}

/** "in nineteen ninety eight" -> in 1998. Only where a year is said: 1920 to 2059, after these words or a month. */
const plainYear: Rule = (words, at) => {
  const before = words[at - 1] ?? ''
  if (!/^(?:in|since|from|until|of|year|during)$/.test(before) && !MONTHS.has(before)) return undefined
  const found = year(words, at)
  if (!found || found.value < 1920 || found.value > 2059 || unitAfterNumber(words, at + found.used)) return undefined
  return { text: `${found.value}`, used: found.used }
}

/** Three or more single digits in a row are a telephone or record number. */
const digits: Rule = (words, at) => {
  let text = ''
  for (let next = digit(words[at]); next !== undefined; next = digit(words[at + text.length])) text += next
  return text.length >= 3 && words[at] !== 'oh' ? { text, used: text.length } : undefined
}

/** Any other number, with its unit: "two point five milligrams" -> 2.5 mg, "ninety four percent" -> 94%. */
const quantity: Rule = (words, at) => {
  const number = decimal(words, at)
  if (!number) return undefined
  const unit = unitAfterNumber(words, at + number.used)
  if (
    words[at] === 'one' &&
    number.used === 1 &&
    !unit &&
    !isCounted(words[at + 1]) &&
    !NUMBERED.has(words[at - 1] ?? '')
  )
    return undefined
  // "5.0 mg" is read as 50 mg (ISMP 2021): a dose has no trailing zero.
  const figures = unit && number.figures.includes('.') ? number.figures.replace(/\.?0+$/, '') : number.figures
  return { text: grouped(figures) + (unit?.written ?? ''), used: number.used + (unit?.used ?? 0) }
}

export const NUMBER_RULES: readonly Rule[] = [bloodPressure, score, date, plainYear, digits, quantity]

/** Thousands are grouped from five digits on. */
function grouped(figures: string): string {
  const [whole = '', decimals] = figures.split('.')
  const spaced = whole.length > 4 ? whole.replace(/\B(?=(?:\d{3})+$)/g, ',') : whole
  return decimals === undefined ? spaced : `${spaced}.${decimals}`
}

function longest<T extends { used: number }>(
  a: T | undefined,
  b: T | undefined,
  fits: (read: T) => boolean,
): T | undefined {
  const fitting = [a, b].filter((read): read is T => read !== undefined && fits(read))
  return fitting.sort((x, y) => y.used - x.used)[0]
}

function capitalised(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1)
}
