/**
 * Tokens carry offsets of the original text, and their `key` carries everything normalisation changes. So there is no
 * rewritten text to map back from: `text.slice(token.start, token.end)` is always the token as written.
 */

export interface Token {
  /** UTF-16 offsets into the original text. */
  readonly start: number
  readonly end: number
  /** Lower case, accents and typographic quotes folded, dots of abbreviations gone: `b.i.d.` is `bid`. */
  readonly key: string
  readonly kind: 'word' | 'number' | 'mark'
  /** Line breaks between the token before and this one. */
  readonly breaks: number
  /** White space between the token before and this one. */
  readonly spaced: boolean
  /** `upper`: every letter a capital. `title`: the first one only. */
  readonly shape: 'upper' | 'title' | 'lower'
}

// Alternatives are tried in order and none can match the same characters in two ways, so scanning is linear.
const PIECES =
  /(?<dotted>\p{L}(?:\.\p{L})+\.?(?![\p{L}\p{N}]))|(?<number>\p{Nd}+(?:[.,]\p{Nd}+)*)|(?<word>[\p{L}\p{M}][\p{L}\p{M}\p{Nd}]*(?:['’](?:s|t|d|ll|re|ve|m)(?![\p{L}\p{N}]))?)|(?<mark>[^\s])/giu
const ASCII = /^[\x20-\x7e]*$/
const MARKS: Readonly<Record<string, string>> = {
  '’': "'",
  '‘': "'",
  '“': '"',
  '”': '"',
  '–': '-',
  '—': '-',
  '−': '-',
  '‐': '-',
  '‑': '-',
  '×': 'x',
  '•': '*',
  '·': '*',
  '…': '.',
}

/** The folded form two spellings of one word share. */
export function foldWord(word: string): string {
  if (ASCII.test(word)) return word.toLowerCase()
  return word
    .replaceAll('’', "'")
    .normalize('NFKD')
    .replaceAll(/\p{M}+/gu, '')
    .toLowerCase()
}

/** Splits a text into tokens, in order and without overlap. Time is linear in its length. */
export function tokenise(text: string): Token[] {
  const tokens: Token[] = []
  let last = 0
  for (const match of text.matchAll(PIECES)) {
    const raw = match[0]
    const start = match.index
    const gap = start > last ? text.slice(last, start) : ''
    const kind =
      match.groups?.['number'] !== undefined ? 'number' : match.groups?.['mark'] === undefined ? 'word' : 'mark'
    const folded = kind === 'mark' ? (MARKS[raw] ?? raw) : foldWord(raw)
    const key = match.groups?.['dotted'] === undefined ? folded : folded.replaceAll('.', '')
    last = start + raw.length
    tokens.push({ start, end: last, key, kind, breaks: countBreaks(gap), spaced: gap !== '', shape: shapeOf(raw) })
  }
  return tokens
}

function countBreaks(gap: string): number {
  let breaks = 0
  for (let i = 0; i < gap.length; i++) {
    const unit = gap.charCodeAt(i)
    if (unit === 10 || unit === 0x2028 || unit === 0x2029 || (unit === 13 && gap.charCodeAt(i + 1) !== 10)) breaks++
  }
  return breaks
}

function shapeOf(raw: string): Token['shape'] {
  const lower = raw.toLowerCase()
  if (raw === lower) return 'lower'
  return raw === raw.toUpperCase() && raw.length > 1 ? 'upper' : raw.slice(1) === lower.slice(1) ? 'title' : 'upper'
}
