import type { Rewrite, Rule } from './rule.ts'
import { cardinal, decimal, digit, type ReadNumber, shortNumber } from './spoken-numbers.ts'
import { isCounted, isForm, isTime, measureAfterNumber, unitAfterNumber } from './units.ts'

/** Before these, a lone "one" is a figure; and what follows them is a number of its own: "day two, fifty milligrams". */
const NUMBERED = new Set('type stage grade number class category phase step level day week gravida para'.split(' '))
/** After these "four fifty" may be a time of day. */
const BEFORE_TIMES = /^(?:at|by|around|about|until|till|before|after|from|to|between|and|since|past)$/
const RANGE = /^(?:to|or|through)$/

/** "q six h", "q four to six h" -> q6h, q4-6h */
const interval: Rule = (words, at) => {
  if (words[at] !== 'q') return undefined
  const from = cardinal(words, at + 1)
  if (!from) return undefined
  const next = at + 1 + from.used
  const to = RANGE.test(words[next] ?? '') ? cardinal(words, next + 1) : undefined
  const end = to ? next + 1 + to.used : next
  return words[end] === 'h' ? { text: `q${from.value}${to ? `-${to.value}` : ''}h`, used: end + 1 - at } : undefined
}

/** Three or more single digits in a row are a telephone or record number, unless they are an amount. */
const digits: Rule = (words, at) => {
  let text = ''
  for (let next = digit(words[at]); next !== undefined; next = digit(words[at + text.length])) text += next
  const end = at + text.length
  const goesOn = measureAfterNumber(words, end) || /^(?:point|hundred|thousand|million)$/.test(words[end] ?? '')
  return text.length >= 3 && words[at] !== 'oh' && !goesOn ? { text, used: text.length } : undefined
}

/**
 * "one fifty milligrams" -> 150 mg, and what else is said as numbers in a row. What can be meant in two ways, "two fifty
 * milligram tablets", "five two tablets", stays in words: figures would choose one of them.
 */
const numbersInARow: Rule = (words, at) => {
  const end = endOfNumbers(words, at)
  const first = decimal(words, at)
  if (!first) return undefined
  const measure = measureAfterNumber(words, end)
  // What comes before the point may have been said before the pause: "two", "point five milligrams".
  if (at === 0 && words[at] === 'point') return asSpoken(words, at, end + (measure?.used ?? 0))
  if (end === at + first.used)
    return measure && isCountedTwice(words, at, first) ? asSpoken(words, at, end + measure.used) : undefined
  const joined = shortNumber(words, at)
  const isWhole = joined !== undefined && at + joined.used === end
  const before = words[at - 1] ?? ''
  if (isWhole && !isLabel(before)) {
    const isAmount = measure
      ? isPlainAmount(words, end, measure.used)
      : !BEFORE_TIMES.test(before) || isRange(words, end)
    if (isAmount) return written(joined, unitAfterNumber(words, end), words[end])
  }
  if (!measure) return isWhole && !NUMBERED.has(before) ? asSpoken(words, at, end) : undefined
  const second = decimal(words, at + first.used)
  const isCount = digit(words[at]) && first.used === 1 && second && at + 1 + second.used === end
  if (isCount && Number.isInteger(second.value) && second.value >= 100) return asSpoken(words, at, at + 1)
  return asSpoken(words, at, end + measure.used)
}

/** "a few hundred fifty milligrams": whatever it is, it is not 50 mg. */
const looseHundreds: Rule = (words, at) => {
  if (!/^(?:hundred|thousand)$/.test(words[at] ?? '')) return undefined
  const from = words[at + 1] === 'and' ? at + 2 : at + 1
  const end = endOfNumbers(words, from)
  return end > from ? asSpoken(words, at, end + (measureAfterNumber(words, end)?.used ?? 0)) : undefined
}

/** Behind the last of the words for numbers that begin here, those too that make no number with the words beside them. */
function endOfNumbers(words: readonly string[], at: number): number {
  let end = at
  for (;;) {
    const read = decimal(words, end)
    if (read) end += read.used
    else if (end > at && /^(?:oh|hundred|thousand|point)$/.test(words[end] ?? '')) end++
    else return end
  }
}

/** "five hundred two tablets", "point five one tablet": the last digit may be how many. */
function isCountedTwice(words: readonly string[], at: number, { figures, value, used }: ReadNumber): boolean {
  if (!isForm(words[at + used])) return false
  if (figures.includes('.'))
    return (figures.split('.')[1]?.length ?? 0) > 1 && digit(words[at + used - 2]) !== undefined
  const ones = value % 100
  return value > 100 && ones > 0 && ones < 10 && words[at + used - 2] !== 'and'
}

/** "milligrams", "units", "percent": an amount as it is said of one dose, not the strength of a form or a length of time. */
function isPlainAmount(words: readonly string[], at: number, used: number): boolean {
  const last = words[at + used - 1] ?? ''
  const isStrength = /^(?:unit|gram|(?:milli|micro|kilo)gram|(?:milli)?liter)$/.test(words[at] ?? '')
  return !isStrength && !isForm(last) && !isTime(last) && !isForm(words[at + used])
}

function isRange(words: readonly string[], at: number): boolean {
  if (!RANGE.test(words[at] ?? '')) return false
  const to = shortNumber(words, at + 1) ?? decimal(words, at + 1)
  return to !== undefined && measureAfterNumber(words, at + 1 + to.used) !== undefined
}

/** "day two", "t four": the number is the name's. */
function isLabel(word: string): boolean {
  return NUMBERED.has(word) || /^[a-z]$/.test(word)
}

/** Any other number, with its unit: "two point five milligrams" -> 2.5 mg, "ninety four percent" -> 94%. */
const quantity: Rule = (words, at) => {
  const number = decimal(words, at)
  if (!number) return undefined
  const next = at + number.used
  const unit = unitAfterNumber(words, next)
  const isLone = words[at] === 'one' && number.used === 1
  if (isLone && !unit && !isCounted(words[next]) && !NUMBERED.has(words[at - 1] ?? '') && !isLowOfRange(words, next))
    return undefined
  return written(number, unit, words[next])
}

/** "one or two tablets" */
function isLowOfRange(words: readonly string[], at: number): boolean {
  const to = /^(?:to|or)$/.test(words[at] ?? '') ? decimal(words, at + 1) : undefined
  return to !== undefined && to.value > 1
}

export const QUANTITY_RULES: readonly Rule[] = [interval, looseHundreds, numbersInARow, digits, quantity]

function written(number: ReadNumber, unit: { written: string; used: number } | undefined, next?: string): Rewrite {
  const isAmount = unit !== undefined || isCounted(next)
  // "5.0 mg" is read as 50 mg (ISMP 2021): a dose has no trailing zero.
  const figures = isAmount && number.figures.includes('.') ? number.figures.replace(/\.?0+$/, '') : number.figures
  return { text: grouped(figures) + (unit?.written ?? ''), used: number.used + (unit?.used ?? 0) }
}

function asSpoken(words: readonly string[], from: number, to: number): Rewrite {
  return { text: words.slice(from, to).join(' '), used: to - from }
}

/** Thousands are grouped from five digits on. */
function grouped(figures: string): string {
  const [whole = '', decimals] = figures.split('.')
  const spaced = whole.length > 4 ? whole.replace(/\B(?=(?:\d{3})+$)/g, ',') : whole
  return decimals === undefined ? spaced : `${spaced}.${decimals}`
}
