import { dictionary } from '../text/dictionary.ts'
import { type Token, numberAt } from '../text/index.ts'
import { unitAt } from './units.ts'

/** A measured value in a text; token positions, `to` exclusive. */
export interface ValueAt {
  readonly from: number
  readonly to: number
  readonly value: number
  readonly second?: number
  readonly comparator?: '<' | '<=' | '>' | '>='
  /** UCUM, null when none was said. */
  readonly unit: string | null
}

/** Words between a name and its value. */
const BRIDGES = new Set(
  'of was is are were at : = - , level levels count came back to be a an the measured reading value around about approximately approx up down now today currently noted elevated high low normal only mildly slightly significantly result with found has been increased decreased rose dropped fell remained'.split(
    ' ',
  ),
)
const FURTHEST_BRIDGE = 5
const COMPARATORS = dictionary<ValueAt['comparator']>({ '<': '<', '>': '>', '≤': '<=', '≥': '>=' })

/** The value that belongs to a measured name which ends at `at`: the next number, over at most five bridge words. */
export function valueAfter(tokens: readonly Token[], at: number): ValueAt | undefined {
  for (let i = at; i < Math.min(tokens.length, at + FURTHEST_BRIDGE + 1); i++) {
    const value = valueAt(tokens, i)
    if (value) return value
    if (!BRIDGES.has(tokens[i]?.key ?? '')) return undefined
  }
  return undefined
}

/** A value with its comparator and unit at a token: `<0.01 ng/mL`, `118/72`, `one eighteen over seventy two`, `5 feet 9 inches`. */
function valueAt(tokens: readonly Token[], from: number): ValueAt | undefined {
  const compared = comparatorAt(tokens, from)
  const number = numberAt(tokens, compared?.to ?? from) ?? undefined
  if (!number || isDateOrAge(tokens, compared?.to ?? from, number.to)) return undefined
  const comparator = compared?.comparator
  const base = { from, value: number.value, ...(comparator ? { comparator } : {}) }
  const pressure = pressureAfter(tokens, compared?.to ?? from)
  if (pressure) {
    const unit = unitAt(tokens, pressure.to)
    return {
      ...base,
      value: pressure.value,
      second: pressure.second,
      unit: unit?.ucum ?? null,
      to: unit?.to ?? pressure.to,
    }
  }
  const unit = unitAt(tokens, number.to)
  if (unit?.ucum === '[ft_i]') {
    const inches = numberAt(tokens, unit.to)
    const inchUnit = inches && unitAt(tokens, inches.to)
    if (inches && inchUnit?.ucum === '[in_i]')
      return { ...base, value: number.value * 12 + inches.value, unit: '[in_i]', to: inchUnit.to }
  }
  return { ...base, unit: unit?.ucum ?? null, to: unit?.to ?? number.to }
}

function comparatorAt(
  tokens: readonly Token[],
  from: number,
): { comparator: ValueAt['comparator']; to: number } | undefined {
  const mark = COMPARATORS[tokens[from]?.key ?? '']
  if (mark)
    return tokens[from + 1]?.key === '='
      ? { comparator: mark === '<' ? '<=' : '>=', to: from + 2 }
      : { comparator: mark, to: from + 1 }
  const [first, second] = [tokens[from]?.key, tokens[from + 1]?.key]
  if (second === 'than' && (first === 'less' || first === 'lower')) return { comparator: '<', to: from + 2 }
  if (second === 'than' && (first === 'greater' || first === 'more' || first === 'higher'))
    return { comparator: '>', to: from + 2 }
  return undefined
}

/** Two numbers about a slash or "over": a blood pressure, spoken with or without "hundred" ("one eighteen over seventy two"). */
function pressureAfter(
  tokens: readonly Token[],
  from: number,
): { value: number; second: number; to: number } | undefined {
  let first = numberAt(tokens, from)
  if (first && first.value >= 1 && first.value <= 2 && tokens[from]?.kind === 'word') {
    const rest = numberAt(tokens, first.to)
    if (rest && rest.value >= 10 && rest.value < 100) first = { value: first.value * 100 + rest.value, to: rest.to }
  }
  if (!first || !['/', 'over'].includes(tokens[first.to]?.key ?? '')) return undefined
  const second = numberAt(tokens, first.to + 1)
  const isPressure = second && first.value >= 40 && first.value <= 300 && second.value >= 20 && second.value <= 200
  return isPressure ? { value: first.value, second: second.value, to: second.to } : undefined
}

/** A calendar year without a unit, a date, an age or a time span is never a laboratory value. */
function isDateOrAge(tokens: readonly Token[], from: number, to: number): boolean {
  const next = tokens[to]?.key ?? ''
  const key = tokens[from]?.key ?? ''
  if (
    /^(?:year|month|week|day|hour|minute)s?$/.test(next) ||
    (next === '-' && /^(?:year|month|week|day|hour)s?$/.test(tokens[to + 1]?.key ?? ''))
  )
    return true
  if (next === '/' && tokens[to + 1]?.kind === 'number' && tokens[to + 2]?.key === '/') return true
  return (
    /^(?:19|20)\d\d$/.test(key) &&
    unitAt(tokens, to) === undefined &&
    ['in', 'since', 'of'].includes(tokens[from - 1]?.key ?? '')
  )
}
