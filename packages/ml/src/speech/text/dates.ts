import type { Rule } from './rule.ts'
import { belowHundred, dayOfMonth, decimal, digit, year } from './spoken-numbers.ts'
import { measureAfterNumber } from './units.ts'

const MONTHS = new Set(
  'january february march april may june july august september october november december'.split(' '),
)
/** These are verbs too: "she may first take two". */
const VERBS = /^(?:may|march)$/
const BEFORE_DATES =
  /^(?:on|of|in|since|until|till|from|by|before|after|to|through|between|and|or|dated|this|last|next|early|late|for|due)$/

interface Read {
  readonly text: string
  readonly used: number
}

/** "the twelfth of october twenty twenty three" -> 12 October 2023; "october twelfth", "october twelve" -> October 12 */
const date: Rule = (words, at) => {
  const start = words[at] === 'the' ? at + 1 : at
  const day = dayOfMonth(words, start)
  if (day && words[start + day.used] === 'of' && MONTHS.has(words[start + day.used + 1] ?? '')) {
    const month = capitalised(words[start + day.used + 1] ?? '')
    const used = start - at + day.used + 2
    return withYear({ text: `${day.value} ${month}`, used }, words, at)
  }
  return MONTHS.has(words[at] ?? '') ? monthFirst(words, at) : undefined
}

function monthFirst(words: readonly string[], at: number): Read | undefined {
  const after = words[at + 1] === 'the' ? at + 2 : at + 1
  const day = dayOfMonth(words, after) ?? plainDay(words, after)
  if (!day) return undefined
  const read = { text: `${capitalised(words[at] ?? '')} ${day.value}`, used: after - at + day.used }
  const whole = withYear(read, words, at)
  const isVerb = VERBS.test(words[at] ?? '') && at > 0 && !BEFORE_DATES.test(words[at - 1] ?? '')
  return isVerb && whole === read ? undefined : whole
}

/** A day said as "twelve": only where no year or amount can be meant. */
function plainDay(words: readonly string[], at: number): { value: number; used: number } | undefined {
  const day = belowHundred(words, at)
  if (!day || day.value < 1 || day.value > 31) return undefined
  const next = at + day.used
  if (yearAt(words, next)) return day
  const goesOn = yearAt(words, at) ?? decimal(words, next) ?? measureAfterNumber(words, next)
  return goesOn || /^(?:hundred|thousand|point|percent)$/.test(words[next] ?? '') ? undefined : day
}

function withYear(read: Read, words: readonly string[], at: number): Read {
  const found = yearAt(words, at + read.used)
  return found ? { text: `${read.text} ${found.value}`, used: read.used + found.used } : read
}

/** A year that is no amount: "two thousand units". */
function yearAt(words: readonly string[], at: number): { value: number; used: number } | undefined {
  const found = year(words, at)
  return found && !measureAfterNumber(words, at + found.used) ? found : undefined
}

/** "in nineteen ninety eight" -> in 1998. Only where a year is said: 1920 to 2059, after these words or a month. */
const plainYear: Rule = (words, at) => {
  const before = words[at - 1] ?? ''
  if (!/^(?:in|since|from|until|of|year|during)$/.test(before) && !MONTHS.has(before)) return undefined
  const found = yearAt(words, at)
  if (!found || found.value < 1920 || found.value > 2059) return undefined
  return { text: `${found.value}`, used: found.used }
}

/** "seven thirty a m" -> 7:30 AM; a bare "seven thirty" may be an amount too. */
const clock: Rule = (words, at) => {
  const hour = belowHundred(words, at)
  if (!hour || hour.used !== 1 || hour.value < 1 || hour.value > 12) return undefined
  const isOh = words[at + 1] === 'oh'
  const one = isOh ? digit(words[at + 2]) : undefined
  const minute = one === undefined ? belowHundred(words, at + 1) : { value: one, used: 2 }
  if (!minute || minute.value > 59 || (!isOh && minute.value < 10)) return undefined
  const next = at + 1 + minute.used
  if (!/^[ap]$/.test(words[next] ?? '') || words[next + 1] !== 'm') return undefined
  const half = words[next] === 'a' ? 'AM' : 'PM'
  return { text: `${hour.value}:${String(minute.value).padStart(2, '0')} ${half}`, used: 3 + minute.used }
}

export const DATE_RULES: readonly Rule[] = [date, plainYear, clock]

function capitalised(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1)
}
