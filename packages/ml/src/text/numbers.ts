import { dictionary } from './dictionary.ts'
import type { Token } from './tokens.ts'

/** A number in a text, written or spoken, as token positions (`to` exclusive). */
export interface NumberAt {
  readonly value: number
  readonly to: number
}

const UNITS = dictionary<number>(
  Object.fromEntries(
    'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'
      .split(' ')
      .map((word, value) => [word, value]),
  ),
)
const TENS = dictionary<number>(
  Object.fromEntries(
    'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ').map((word, i) => [word, (i + 2) * 10]),
  ),
)

/** Sets, not the objects: a text may hold the word "constructor". */
const NUMBER_WORDS = new Set([...Object.keys(UNITS), ...Object.keys(TENS)])

/**
 * Reads a number at a token: `2`, `1,000`, `0.5`, `1/2`, `1 1/2`, `one half`, `one hundred twenty five`, `seven point two`.
 * A fraction is read only with a denominator of 2, 3, 4 or 8, so that `118/72` stays two numbers.
 */
export function numberAt(tokens: readonly Token[], at: number): NumberAt | undefined {
  const whole = digitsAt(tokens, at) ?? wordsAt(tokens, at)
  if (!whole) return undefined
  const fraction = fractionAfter(tokens, at, whole)
  return fraction ?? whole
}

function digitsAt(tokens: readonly Token[], at: number): NumberAt | undefined {
  const token = tokens[at]
  if (token?.kind !== 'number') return leadingPoint(tokens, at)
  const value = parseDigits(token.key)
  return value === undefined ? undefined : { value, to: at + 1 }
}

/** `.5` is a point and a number. */
function leadingPoint(tokens: readonly Token[], at: number): NumberAt | undefined {
  const next = tokens[at + 1]
  if (tokens[at]?.key !== '.' || next?.kind !== 'number' || next.spaced || !/^\d+$/.test(next.key)) return undefined
  return { value: Number(`0.${next.key}`), to: at + 2 }
}

function parseDigits(key: string): number | undefined {
  const plain = /^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(key)
    ? key.replaceAll(',', '')
    : key.replace(/^(\d+),(\d{1,2})$/, '$1.$2')
  const value = Number(plain)
  return Number.isFinite(value) ? value : undefined
}

function wordsAt(tokens: readonly Token[], at: number): NumberAt | undefined {
  const opening = tokens[at]?.key ?? ''
  if (opening !== 'half' && !NUMBER_WORDS.has(opening)) return undefined
  let total = 0
  let i = at
  let last: 'unit' | 'ten' | 'hundred' | undefined
  for (; i < at + 8; i++) {
    const key = tokens[i]?.key ?? ''
    const unit = UNITS[key]
    const ten = TENS[key]
    if (unit !== undefined && (last === undefined || last === 'hundred' || (last === 'ten' && unit > 0 && unit < 10))) {
      total += unit
      last = 'unit'
    } else if (ten !== undefined && (last === undefined || last === 'hundred')) {
      total += ten
      last = 'ten'
    } else if (key === 'hundred' && last === 'unit') {
      total *= 100
      last = 'hundred'
    } else if (key === 'thousand' && last !== undefined) total *= 1000
    else if (!((key === '-' && last === 'ten') || (key === 'and' && last === 'hundred' && isNumberWord(tokens[i + 1]))))
      break
  }
  if (last === undefined) return tokens[at]?.key === 'half' ? { value: 0.5, to: at + 1 } : undefined
  if (tokens[i - 1]?.key === '-') i--
  if (tokens[i]?.key !== 'point') return { value: total, to: i }
  let decimals = ''
  let j = i + 1
  for (; decimals.length < 4; j++) {
    const digit = UNITS[tokens[j]?.key ?? '']
    if (digit === undefined || digit > 9) break
    decimals += String(digit)
  }
  return decimals === '' ? { value: total, to: i } : { value: Number(`${total}.${decimals}`), to: j }
}

function isNumberWord(token: Token | undefined): boolean {
  return token !== undefined && NUMBER_WORDS.has(token.key)
}

function fractionAfter(tokens: readonly Token[], at: number, whole: NumberAt): NumberAt | undefined {
  const divided = simpleFraction(tokens, at)
  if (divided) return divided
  let i = whole.to
  if (tokens[i]?.key === 'and' || (tokens[i]?.key === '-' && tokens[i + 1]?.key === 'half')) i++
  if (tokens[i]?.key === 'a') i++
  if (tokens[i]?.key === 'half')
    return { value: i === whole.to || tokens[whole.to]?.key === '-' ? whole.value / 2 : whole.value + 0.5, to: i + 1 }
  const rest = simpleFraction(tokens, i)
  return rest && rest.value < 1 && Number.isInteger(whole.value)
    ? { value: whole.value + rest.value, to: rest.to }
    : undefined
}

function simpleFraction(tokens: readonly Token[], at: number): NumberAt | undefined {
  const [above, slash, below] = [tokens[at], tokens[at + 1], tokens[at + 2]]
  if (above?.kind !== 'number' || slash?.key !== '/' || below?.kind !== 'number' || tokens[at + 3]?.key === '/')
    return undefined
  return /^[1-7]$/.test(above.key) && /^[2348]$/.test(below.key) && above.key < below.key
    ? { value: Number(above.key) / Number(below.key), to: at + 3 }
    : undefined
}
