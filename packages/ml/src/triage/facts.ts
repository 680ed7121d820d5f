import { numberAt, type Token } from '../text/index.ts'
import type { Mention, ReadSentence } from './mentions.ts'

/** Maps, not objects: a text may hold the word "constructor". */
const DAYS = new Map([
  ['hour', 1 / 24],
  ['day', 1],
  ['night', 1],
  ['week', 7],
  ['fortnight', 14],
  ['month', 30],
  ['year', 365],
])
/** "for weeks", "a few days": how many at least. */
const SOME = new Map([
  ['a', 1],
  ['an', 1],
  ['couple', 2],
  ['few', 3],
  ['several', 4],
])
const LED = new Set(['for', 'past', 'last', 'since', 'over'])

interface Span {
  readonly days: number
  readonly start: number
}

/**
 * For how many days each mention has lasted, as the text says. A span of time belongs to what it stands behind; when that is
 * the patient's, now, to everything in the sentence that is. What is denied "for three weeks" ages nothing else.
 */
export function durationsIn(sentences: readonly ReadSentence[]): ReadonlyMap<Mention, number> {
  const lasting = new Map<Mention, number>()
  let before: readonly Mention[] = []
  for (const { sentence, mentions } of sentences) {
    for (const { days, start } of spansIn(sentence.tokens)) {
      const own = mentions.findLast((mention) => mention.start < start) ?? mentions[0] ?? before.at(-1)
      if (own?.standing !== 'stands') continue
      for (const mention of mentions.length > 0 ? mentions : before)
        if (mention.standing === 'stands') lasting.set(mention, Math.max(days, lasting.get(mention) ?? 0))
    }
    if (mentions.length > 0) before = mentions
  }
  return lasting
}

function spansIn(tokens: readonly Token[]): Span[] {
  const spans: Span[] = []
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]
    if (!token) break
    if (token.key === 'yesterday') spans.push({ days: 1, start: token.start })
    const count = countAt(tokens, i)
    const unit = count && tokens[count.to]?.key
    const days = DAYS.get(unit?.replace(/s$/, '') ?? '')
    const next = tokens[(count?.to ?? 0) + 1]
    // "a 3 week old baby", "20 weeks pregnant", "in 2 days"
    const isOther = ['old', 'pregnant', 'gestation', '-'].includes(next?.key ?? '') || tokens[i - 1]?.key === 'in'
    if (count && days !== undefined && !isOther) spans.push({ days: count.value * days, start: token.start })
  }
  return spans
}

/** `three`, `3`, `a few`, `couple of`, and the bare plural after "for": `for weeks`. */
function countAt(tokens: readonly Token[], at: number): { value: number; to: number } | undefined {
  const number = numberAt(tokens, at)
  if (number) return { value: number.value, to: tokens[number.to]?.key === '-' ? number.to + 1 : number.to }
  const key = tokens[at]?.key ?? ''
  const after = tokens[at + 1]?.key ?? ''
  const some = SOME.get(key)
  if (some !== undefined) {
    const isArticle = key === 'a' && SOME.has(after)
    return isArticle ? undefined : { value: some, to: after === 'of' ? at + 2 : at + 1 }
  }
  if (!LED.has(key)) return undefined
  if (DAYS.has(after)) return { value: 1, to: at + 1 }
  return /^(?:day|week|month|year)s$/.test(after) ? { value: 3, to: at + 1 } : undefined
}

const TEMPERATURE =
  /(?:\b(?:has|have|had|got|at|is|was)\s(3[4-9][.,]\d|4[0-2][.,]\d)\b|\b(?:temp|temperature|fever)\b[^.;\d\n]{0,24}(\d{2,3}(?:[.,]\d{1,2})?)|(\d{2,3}(?:[.,]\d{1,2})?)\s{0,2}(?:°|º|degree|celsius|fahrenheit|[cf]\b))/gi

/** The highest temperature that the text gives and that stands, in degrees Celsius. */
export function temperatureIn(text: string, sentences: readonly ReadSentence[]): number | undefined {
  const readings = [...text.matchAll(TEMPERATURE)].flatMap((match) => {
    const celsius = toCelsius(Number((match[1] ?? match[2] ?? match[3] ?? '').replace(',', '.')))
    const [start, end] = [match.index, match.index + match[0].length]
    const sentence = sentences.find((one) => one.sentence.start <= start && one.sentence.end >= start)
    return celsius !== undefined && sentence?.standingAt(start, end) === 'stands' ? [celsius] : []
  })
  return readings.length > 0 ? Math.max(...readings) : undefined
}

/** By its size, since nobody is 100 °C warm; undefined for what is no temperature of a body. */
function toCelsius(value: number): number | undefined {
  if (value >= 30 && value <= 45) return value
  return value >= 90 && value <= 113 ? ((value - 32) * 5) / 9 : undefined
}
