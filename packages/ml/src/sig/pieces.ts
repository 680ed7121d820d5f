import { dictionary } from '../text/dictionary.ts'
import { type Token, numberAt } from '../text/index.ts'
import { frequencyAt } from './frequency.ts'
import type { Piece } from './piece.ts'
import { LONGEST_TERM, type SigTerm, opensTerm, sigTerms } from './terms.ts'

const PERIODS = dictionary<'d' | 'wk' | 'mo'>({
  day: 'd',
  days: 'd',
  night: 'd',
  nights: 'd',
  d: 'd',
  week: 'wk',
  weeks: 'wk',
  wk: 'wk',
  wks: 'wk',
  month: 'mo',
  months: 'mo',
})

/** Every piece of a medication instruction, left to right, longest first, without overlap. Time is linear in the tokens. */
export function findPieces(tokens: readonly Token[]): Piece[] {
  const pieces: Piece[] = []
  for (let i = 0; i < tokens.length;) {
    const piece = pieceAt(tokens, i, pieces.at(-1))
    if (piece) pieces.push(piece)
    i = piece ? piece.to : i + 1
  }
  return pieces
}

function pieceAt(tokens: readonly Token[], from: number, before: Piece | undefined): Piece | undefined {
  return (
    maximumAt(tokens, from) ??
    prnAt(tokens, from) ??
    durationAt(tokens, from, before) ??
    frequencyAt(tokens, from) ??
    doseAt(tokens, from) ??
    routeAt(tokens, from)
  )
}

/** The longest vocabulary term of a kind at a token. */
function termAt(tokens: readonly Token[], from: number, kind: SigTerm['kind']): SigTerm | undefined {
  if (!opensTerm(tokens[from]?.key ?? '')) return undefined
  let key = ''
  let best: SigTerm | undefined
  for (let n = 1; n <= LONGEST_TERM && from + n <= tokens.length; n++) {
    key += (n > 1 ? ' ' : '') + (tokens[from + n - 1]?.key ?? '')
    best =
      sigTerms()
        .get(key)
        ?.find((term) => term.kind === kind) ?? best
  }
  return best
}

function prnAt(tokens: readonly Token[], from: number): Piece | undefined {
  const term = termAt(tokens, from, 'frequency')
  return term?.normal === 'prn' ? { kind: 'prn', from, to: from + term.length } : undefined
}

function routeAt(tokens: readonly Token[], from: number): Piece | undefined {
  const term = termAt(tokens, from, 'route')
  return term ? { kind: 'route', from, to: from + term.length, route: term.normal } : undefined
}

/** `max daily dose 3`, `mdd: 2 mg`, `not more than 4 tablets a day`: a limit, never the dose. */
function maximumAt(tokens: readonly Token[], from: number): Piece | undefined {
  const key = tokens[from]?.key ?? ''
  const isLimit =
    key.startsWith('mdd') ||
    key === 'max' ||
    key === 'maximum' ||
    phrase(tokens, from, 'not to exceed') ||
    phrase(tokens, from, 'no more than') ||
    phrase(tokens, from, 'do not exceed') ||
    phrase(tokens, from, 'not more than')
  if (!isLimit) return undefined
  let to = from + 1
  while (to < tokens.length && to < from + 7 && !numberAt(tokens, to)) to++
  const number = numberAt(tokens, to)
  if (!number) return { kind: 'maximum', from, to: from + 1 }
  to = number.to
  to += termAt(tokens, to, 'unit')?.length ?? 0
  if (['per', 'a', 'in', '/', 'each', 'daily', 'every'].includes(tokens[to]?.key ?? '')) {
    to += tokens[to]?.key === 'daily' ? 1 : numberAt(tokens, to + 1) ? 3 : 2
  }
  return { kind: 'maximum', from, to: Math.min(to, tokens.length) }
}

function phrase(tokens: readonly Token[], from: number, words: string): boolean {
  return words.split(' ').every((word, i) => tokens[from + i]?.key === word)
}

/** `for 10 days`, `x 5 days`, `times 2 weeks`; without such a word only after the frequency (`twice a day 90 days`). */
function durationAt(tokens: readonly Token[], from: number, before: Piece | undefined): Piece | undefined {
  const led = ['for', 'x', 'times'].includes(tokens[from]?.key ?? '')
  let at = led ? from + 1 : from
  if (phrase(tokens, at, 'the next')) at += 2
  const number = numberAt(tokens, at)
  if (!number || number.value <= 0) return undefined
  if (
    !led &&
    (!before ||
      before.kind === 'dose' ||
      (from > before.to + 2 && !isLast(tokens, number.to + 1)) ||
      tokens[from - 1]?.key === 'in')
  )
    return undefined
  const after = tokens[number.to]?.key === '-' ? number.to + 1 : number.to
  const unit = PERIODS[tokens[after]?.key ?? '']
  return unit && tokens[after + 1]?.key !== 'ago'
    ? { kind: 'duration', from, to: after + 1, amount: number.value, unit }
    : undefined
}

/** The end of an instruction: "… as needed for wheezing 10 days". */
function isLast(tokens: readonly Token[], at: number): boolean {
  return at >= tokens.length
}

function doseAt(tokens: readonly Token[], from: number): Piece | undefined {
  const low = numberAt(tokens, from)
  if (!low) return undefined
  let to = low.to
  let high: number | undefined
  const joint = tokens[to]?.key
  // "increased from 50 to 100 mg" is a change, not a range.
  const isChange = joint === 'to' && tokens[from - 1]?.key === 'from'
  if (!isChange && (joint === '-' || joint === 'to' || joint === 'or')) {
    const second = numberAt(tokens, to + 1)
    if (second && second.value > low.value) {
      high = second.value
      to = second.to
    }
  }
  // "1 (one) tablet", "1 one tablet"
  const open = tokens[to]?.key === '(' ? 1 : 0
  const again = numberAt(tokens, to + open)
  if (again && again.value === low.value && high === undefined)
    to = again.to + (open && tokens[again.to]?.key === ')' ? 1 : 0)
  if (tokens[to]?.key === '-') to = termAt(tokens, to + 1, 'unit') ? to + 1 : to
  const unit = termAt(tokens, to, 'unit')
  return {
    kind: 'dose',
    from,
    to: to + (unit?.length ?? 0),
    low: low.value,
    ...(high === undefined ? {} : { high }),
    ...(unit ? { unit: unit.normal } : {}),
  }
}
