const ONES = 'zero one two three four five six seven eight nine'.split(' ')
const TEENS = 'ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(' ')
const TENS = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ')
const ORDINAL_ONES = 'first second third fourth fifth sixth seventh eighth ninth'.split(' ')
const ORDINAL_TEENS =
  'tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth'.split(' ')

export interface ReadNumber {
  /** In figures, with its decimals as spoken. */
  readonly figures: string
  readonly value: number
  readonly used: number
}

/** Zero to nine, `oh` included. */
export function digit(word: string | undefined): number | undefined {
  if (word === 'oh') return 0
  const at = ONES.indexOf(word ?? '')
  return at < 0 ? undefined : at
}

/** "seventy five", "nineteen" and the like: 0 to 99. */
export function belowHundred(words: readonly string[], at: number): { value: number; used: number } | undefined {
  const word = words[at] ?? ''
  const teen = TEENS.indexOf(word)
  if (teen >= 0) return { value: 10 + teen, used: 1 }
  const ten = TENS.indexOf(word)
  if (ten < 0) {
    const one = ONES.indexOf(word)
    return one < 0 ? undefined : { value: one, used: 1 }
  }
  const one = ONES.indexOf(words[at + 1] ?? '')
  return one > 0 ? { value: 20 + ten * 10 + one, used: 2 } : { value: 20 + ten * 10, used: 1 }
}

/** A whole number up to 999,999 as in "one hundred and forty", "a hundred", "two thousand"; nothing for words that are none. */
export function cardinal(words: readonly string[], at: number): { value: number; used: number } | undefined {
  let total = 0
  let used = 0
  const isA = words[at] === 'a' && /^(?:hundred|thousand)$/.test(words[at + 1] ?? '') && words[at - 1] !== 'half'
  let group = isA ? { value: 1, used: 1 } : belowHundred(words, at)
  if (!group) return undefined
  used = group.used
  if (words[at + used] === 'hundred' && group.value > 0 && group.value < 100) {
    used++
    const rest = tail(words, at + used)
    group = { value: group.value * 100 + (rest?.value ?? 0), used: 0 }
    used += rest?.used ?? 0
  }
  if (words[at + used] === 'thousand' && group.value > 0) {
    used++
    total = group.value * 1000
    const rest = hundreds(words, at + used)
    return { value: total + (rest?.value ?? 0), used: used + (rest?.used ?? 0) }
  }
  return { value: group.value, used }
}

/** What follows "hundred" or "thousand": an optional "and" with a number below a hundred. */
function tail(words: readonly string[], at: number): { value: number; used: number } | undefined {
  const skip = words[at] === 'and' ? 1 : 0
  const rest = belowHundred(words, at + skip)
  return rest && rest.value > 0 ? { value: rest.value, used: rest.used + skip } : undefined
}

function hundreds(words: readonly string[], at: number): { value: number; used: number } | undefined {
  const head = belowHundred(words, at)
  if (head && words[at + head.used] === 'hundred' && head.value < 10) {
    const rest = tail(words, at + head.used + 1)
    return { value: head.value * 100 + (rest?.value ?? 0), used: head.used + 1 + (rest?.used ?? 0) }
  }
  return tail(words, at)
}

/**
 * A number with decimals: "seven point two five", "point five" (written 0.5: a naked point is misread, ISMP 2021), "two and
 * a half".
 */
export function decimal(words: readonly string[], at: number): ReadNumber | undefined {
  const read = pointed(words, at)
  if (!read || read.figures.includes('.') || !isHalf(words, at + read.used)) return read
  return { figures: `${read.figures}.5`, value: read.value + 0.5, used: read.used + 3 }
}

function isHalf(words: readonly string[], at: number): boolean {
  return words[at] === 'and' && /^(?:a|one)$/.test(words[at + 1] ?? '') && words[at + 2] === 'half'
}

function pointed(words: readonly string[], at: number): ReadNumber | undefined {
  const whole = words[at] === 'point' ? { value: 0, used: 0 } : (cardinal(words, at) ?? ohZero(words, at))
  if (!whole) return undefined
  let used = whole.used
  if (words[at + used] !== 'point')
    return whole.used > 0 && words[at] !== 'oh' ? { figures: `${whole.value}`, ...whole } : undefined
  let decimals = ''
  for (let next = digit(words[at + used + 1]); next !== undefined; next = digit(words[at + used + 1 + decimals.length]))
    decimals += next
  if (decimals === '') {
    // "two point seventy five" is said too.
    const pair = belowHundred(words, at + used + 1)
    if (!pair) return whole.used > 0 && words[at] !== 'oh' ? { figures: `${whole.value}`, ...whole } : undefined
    used += 1 + pair.used
    return { figures: `${whole.value}.${pair.value}`, value: Number(`${whole.value}.${pair.value}`), used }
  }
  used += 1 + decimals.length
  return { figures: `${whole.value}.${decimals}`, value: Number(`${whole.value}.${decimals}`), used }
}

function ohZero(words: readonly string[], at: number): { value: number; used: number } | undefined {
  return words[at] === 'oh' && words[at + 1] === 'point' ? { value: 0, used: 1 } : undefined
}

/** "one forty" or "one oh five" for a value in the hundreds, as blood pressures and strengths are said. */
export function shortHundred(words: readonly string[], at: number): { value: number; used: number } | undefined {
  const head = digit(words[at])
  if (!head) return undefined
  if (words[at + 1] === 'oh') {
    const one = digit(words[at + 2])
    return one === undefined ? undefined : { value: head * 100 + one, used: 3 }
  }
  const rest = belowHundred(words, at + 1)
  return rest && rest.value >= 10 ? { value: head * 100 + rest.value, used: 1 + rest.used } : undefined
}

/** The same with what may follow: "one twelve point five", "two fifty thousand". */
export function shortNumber(words: readonly string[], at: number): ReadNumber | undefined {
  const whole = shortHundred(words, at)
  if (!whole) return undefined
  const next = at + whole.used
  if (words[next] === 'thousand')
    return { figures: `${whole.value * 1000}`, value: whole.value * 1000, used: whole.used + 1 }
  const rest = words[next] === 'point' ? pointed(words, next) : undefined
  if (!rest) return { figures: `${whole.value}`, ...whole }
  const figures = `${whole.value}${rest.figures.slice(1)}`
  return { figures, value: Number(figures), used: whole.used + rest.used }
}

/**
 * "nineteen ninety eight", "twenty twenty three", "two thousand and four", "nineteen oh five": 1900 to 2099. Nothing where
 * the number goes on: "two thousand five hundred" is no year and a hundred.
 */
export function year(words: readonly string[], at: number): { value: number; used: number } | undefined {
  const read = yearWords(words, at)
  return read && /^(?:hundred|thousand|million|point)$/.test(words[at + read.used] ?? '') ? undefined : read
}

function yearWords(words: readonly string[], at: number): { value: number; used: number } | undefined {
  if (words[at] === 'two' && words[at + 1] === 'thousand') {
    const rest = tail(words, at + 2)
    return { value: 2000 + (rest?.value ?? 0), used: 2 + (rest?.used ?? 0) }
  }
  const century = words[at] === 'nineteen' ? 1900 : words[at] === 'twenty' ? 2000 : undefined
  if (century === undefined) return undefined
  const oh = words[at + 1] === 'oh' ? digit(words[at + 2]) : undefined
  if (oh !== undefined) return { value: century + oh, used: 3 }
  const rest = belowHundred(words, at + 1)
  return rest && rest.value >= 10 ? { value: century + rest.value, used: 1 + rest.used } : undefined
}

/** "twelfth", "thirty first": 1 to 31. */
export function dayOfMonth(words: readonly string[], at: number): { value: number; used: number } | undefined {
  const word = words[at] ?? ''
  const one = ORDINAL_ONES.indexOf(word)
  if (one >= 0) return { value: one + 1, used: 1 }
  const teen = ORDINAL_TEENS.indexOf(word)
  if (teen >= 0) return { value: teen + 10, used: 1 }
  if (word === 'twentieth') return { value: 20, used: 1 }
  if (word === 'thirtieth') return { value: 30, used: 1 }
  const tens = word === 'twenty' ? 20 : word === 'thirty' ? 30 : undefined
  const ones = ORDINAL_ONES.indexOf(words[at + 1] ?? '')
  if (tens === undefined || ones < 0 || tens + ones + 1 > 31) return undefined
  return { value: tens + ones + 1, used: 2 }
}
