import { dictionary } from '../text/dictionary.ts'
import { type Token, numberAt } from '../text/index.ts'
import type { Piece } from './piece.ts'
import { LONGEST_TERM, opensTerm, sigTerms } from './terms.ts'

const PERIOD_OF = dictionary<string>({
  day: '1d',
  daily: '1d',
  night: '1d',
  nightly: '1d',
  week: '1wk',
  weekly: '1wk',
  wk: '1wk',
  month: '1mo',
  monthly: '1mo',
  hour: '1h',
  hourly: '1h',
})
const INTERVAL_OF = dictionary<string>({
  minute: 'min',
  minutes: 'min',
  min: 'min',
  mins: 'min',
  hour: 'h',
  hours: 'h',
  hr: 'h',
  hrs: 'h',
  h: 'h',
  hourly: 'h',
  day: 'd',
  days: 'd',
  d: 'd',
  week: 'wk',
  weeks: 'wk',
  wk: 'wk',
  wks: 'wk',
  month: 'mo',
  months: 'mo',
})
/** Times of day; several of them in one instruction make so many a day. */
const TIME_OF_DAY = new Set(
  'at bedtime;at bed time;bedtime;qhs;q hs;hs;nightly;every night;at night;before bed;before bedtime;every morning;qam;q am;in the morning;in morning;each morning;every am;every pm;every evening;qpm;q pm;in the evening;each evening;at noon;noon;at breakfast;with breakfast;at lunch;with lunch;at dinner;with dinner;at supper;with supper;in the afternoon;every afternoon;each night;in am;in pm;in the am;in the pm;morning;evening;at midday;before breakfast;after breakfast;before dinner;after dinner;before supper;after supper;before lunch;after lunch;first thing in the morning'.split(
    ';',
  ),
)

const TIME_OPENINGS = new Set([...TIME_OF_DAY].map((time) => time.split(' ')[0] ?? ''))

/** A frequency at a token: a vocabulary term, `n times a day`, `every n hours`, `q n h`, or a time of day. */
export function frequencyAt(tokens: readonly Token[], from: number): Piece | undefined {
  const spans = [timesPer(tokens, from), everyInterval(tokens, from), knownTerm(tokens, from)]
  let best: Piece | undefined
  for (const span of spans) if (span && (!best || span.to > best.to)) best = span
  return best
}

function knownTerm(tokens: readonly Token[], from: number): Piece | undefined {
  const opening = tokens[from]?.key ?? ''
  if (!opensTerm(opening) && !TIME_OPENINGS.has(opening)) return undefined
  let key = ''
  let best: Piece | undefined
  for (let n = 1; n <= LONGEST_TERM && from + n <= tokens.length; n++) {
    key += (n > 1 ? ' ' : '') + (tokens[from + n - 1]?.key ?? '')
    const timeOfDay = TIME_OF_DAY.has(key)
    const term = sigTerms()
      .get(key)
      ?.find((one) => one.kind === 'frequency' && one.normal !== 'prn')
    const frequency = timeOfDay ? '1/1d' : term?.normal
    if (frequency) best = { kind: 'frequency', from, to: from + n, frequency, timeOfDay }
  }
  return best
}

/** `3 times a day`, `2 two times daily`, `4x/day`, `four times every day`, `once every week`. */
function timesPer(tokens: readonly Token[], from: number): Piece | undefined {
  const word = tokens[from]?.key
  const adverb = word === 'once' ? 1 : word === 'twice' ? 2 : word === 'thrice' ? 3 : undefined
  const first = adverb === undefined ? numberAt(tokens, from) : undefined
  let to = adverb === undefined ? (first?.to ?? from) : from + 1
  const count = adverb ?? first?.value
  if (count === undefined) return undefined
  let upper: number | undefined
  if (first) {
    const open = tokens[to]?.key === '(' ? 1 : 0
    const again = numberAt(tokens, to + open)
    if (again && again.value === count) to = again.to + (open && tokens[again.to]?.key === ')' ? 1 : 0)
    else if (['-', 'to', 'or'].includes(tokens[to]?.key ?? '')) {
      const second = numberAt(tokens, to + 1)
      if (second && second.value > count) {
        upper = second.value
        to = second.to
      }
    }
    if (!['times', 'time', 'x'].includes(tokens[to]?.key ?? '')) return undefined
    to++
  }
  if (['a', 'per', 'each', 'every', '/', 'in', 'an'].includes(tokens[to]?.key ?? '')) to++
  const period = PERIOD_OF[tokens[to]?.key ?? '']
  const times = upper === undefined ? String(count) : `${count}-${upper}`
  return period && Number.isInteger(count)
    ? { kind: 'frequency', from, to: to + 1, frequency: `${times}/${period}`, timeOfDay: false }
    : undefined
}

/** `every 6 hours`, `every 4 to 6 hrs`, `every six (6) hours`, `q 8 h`, `q8h`, `q4-6h`, `every other day`. */
function everyInterval(tokens: readonly Token[], from: number): Piece | undefined {
  const key = tokens[from]?.key ?? ''
  const glued = /^q(\d{1,2})(h|hr|hrs|hours?|d|days?|min|wk|weeks?)?$/.exec(key)
  if (!glued && !['every', 'q', 'each'].includes(key)) return undefined
  let low = glued ? Number(glued[1]) : 0
  let to = from + 1
  if (!glued) {
    if (tokens[to]?.key === 'other' || tokens[to]?.key === 'second') {
      const unit = INTERVAL_OF[tokens[to + 1]?.key ?? '']
      return unit ? { kind: 'frequency', from, to: to + 2, frequency: `1/2${unit}`, timeOfDay: false } : undefined
    }
    const first = numberAt(tokens, to)
    if (!first) return undefined
    low = first.value
    to = first.to
  }
  if (glued?.[2])
    return { kind: 'frequency', from, to, frequency: `1/${low}${INTERVAL_OF[glued[2]] ?? 'h'}`, timeOfDay: false }
  let interval = String(low)
  const open = tokens[to]?.key === '(' ? 1 : 0
  const again = numberAt(tokens, to + open)
  if (again && again.value === low) to = again.to + (open && tokens[again.to]?.key === ')' ? 1 : 0)
  else if (['-', 'to', 'or'].includes(tokens[to]?.key ?? '')) {
    const second = numberAt(tokens, to + 1)
    if (second && second.value > low) {
      interval = `${low}-${second.value}`
      to = second.to
    }
  }
  const unit = INTERVAL_OF[tokens[to]?.key ?? '']
  if (!unit) return undefined
  const frequency = interval === '24' && unit === 'h' ? '1/1d' : `1/${interval}${unit}`
  return { kind: 'frequency', from, to: to + 1, frequency, timeOfDay: false }
}
