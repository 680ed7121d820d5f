import { type Token, tokenise } from '../text/index.ts'
import { type SectionKind, LONGEST_HEADING, headings } from './headings.ts'

export interface Section {
  /** Null for text before the first heading and below a heading the vocabulary does not know. */
  readonly section: SectionKind | null
  /** The whole stretch, heading included, in UTF-16 offsets. */
  readonly start: number
  readonly end: number
  readonly heading: { readonly start: number; readonly end: number; readonly text: string } | null
  /** `heading/written`, `heading/spoken`, `heading/unknown` or `none`. */
  readonly rule: string
}

/** Parts of an examination or a review of systems: they stay inside their section. */
const BODY_SYSTEMS = new Set(
  'general gen constitutional heent head ears ear eyes eye nose throat mouth neck chest lungs lung pulm pulmonary respiratory resp heart cardiac cardiovascular cv abdomen abd abdominal gi gastrointestinal gu genitourinary extremities ext extremity back spine musculoskeletal msk neuro neurologic neurological neurology cns skin integumentary psych psychiatric lymph lymphatic lymphatics hematologic endocrine vascular rectal pelvic breast breasts genitalia'.split(
    ' ',
  ),
)

interface Heading {
  readonly kind: SectionKind | null
  readonly from: number
  /** First token of the body. */
  readonly to: number
  readonly last: number
  readonly rule: string
}

/** Divides a note at its headings, written or dictated ("new section, plan"). The sections cover the text in order. */
export function findSections(text: string, tokens: readonly Token[] = tokenise(text)): Section[] {
  const found: Heading[] = []
  for (let i = 0; i < tokens.length;) {
    const heading = headingAt(tokens, i)
    if (heading) found.push(heading)
    i = heading ? Math.max(heading.to, i + 1) : i + 1
  }
  const sections: Section[] = []
  const firstStart = tokens[found[0]?.from ?? 0]?.start ?? 0
  if (found.length === 0 || firstStart > 0)
    sections.push({
      section: null,
      start: 0,
      end: found.length === 0 ? text.length : firstStart,
      heading: null,
      rule: 'none',
    })
  for (const [index, heading] of found.entries()) {
    const start = tokens[heading.from]?.start ?? 0
    const headingEnd = tokens[heading.last]?.end ?? start
    const next = found[index + 1]
    sections.push({
      section: heading.kind,
      start,
      end: next ? (tokens[next.from]?.start ?? text.length) : text.length,
      heading: { start, end: headingEnd, text: text.slice(start, headingEnd) },
      rule: heading.rule,
    })
  }
  return sections
}

function headingAt(tokens: readonly Token[], from: number): Heading | undefined {
  return spokenAt(tokens, from) ?? (opensLine(tokens, from) ? writtenAt(tokens, from) : undefined)
}

/** A heading stands at the start of a line, after a bullet, or in capitals after a sentence that lost its line break. */
function opensLine(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at]
  const before = tokens[at - 1]
  if (!token || token.kind !== 'word') return false
  if (!before || token.breaks > 0) return true
  if (before.kind === 'mark' && '*#-'.includes(before.key) && (at === 1 || before.breaks > 0)) return true
  const isGap = token.start - before.end > 1 || (before.kind === 'mark' && '.;:'.includes(before.key))
  return isGap && token.shape !== 'lower' && token.spaced
}

function writtenAt(tokens: readonly Token[], from: number): Heading | undefined {
  const known = longestKnown(tokens, from)
  if (known) {
    const rule = 'heading/written'
    const next = tokens[known.to]
    if (!next || next.breaks > 0) {
      // Alone on its line, or ending the text.
      if (tokens[from]?.breaks || from === 0) return next ? { ...known, from, last: known.to - 1, rule } : undefined
    } else if (next.key === ':') return { ...known, from, to: known.to + 1, last: known.to, rule }
    else if (next.key === '-' && next.spaced && tokens[from]?.shape !== 'lower')
      return { ...known, from, to: known.to + 1, last: known.to, rule }
  }
  return unknownAt(tokens, from)
}

/** Capitals up to a colon, or alone on a line: a section nobody told us about still ends the one before. */
function unknownAt(tokens: readonly Token[], from: number): Heading | undefined {
  if (BODY_SYSTEMS.has(tokens[from]?.key ?? '')) return undefined
  let letters = 0
  for (let i = from; i < Math.min(tokens.length, from + LONGEST_HEADING + 2); i++) {
    const token = tokens[i]
    if (!token) return undefined
    if (i > from && token.key === ':')
      return letters > 3 ? { kind: null, from, to: i + 1, last: i, rule: 'heading/unknown' } : undefined
    if (i > from && token.breaks > 0) return undefined
    if (token.kind === 'word' ? token.shape !== 'upper' : !'()/&-,'.includes(token.key)) return undefined
    letters += token.key.length
  }
  return undefined
}

/** "new section plan", "next section, assessment", "section heading medications". */
function spokenAt(tokens: readonly Token[], from: number): Heading | undefined {
  const [one, two] = [tokens[from]?.key, tokens[from + 1]?.key]
  const isCall =
    (['new', 'next'].includes(one ?? '') && ['section', 'heading'].includes(two ?? '')) ||
    (one === 'section' && two === 'heading')
  if (!isCall) return undefined
  let at = from + 2
  while (at < from + 4 && [',', ':', '-', '.', 'is'].includes(tokens[at]?.key ?? '')) at++
  const known = longestKnown(tokens, at)
  if (!known) return undefined
  const after = [',', ':', '.', '-'].includes(tokens[known.to]?.key ?? '') ? known.to + 1 : known.to
  return { kind: known.kind, from, to: after, last: known.to - 1, rule: 'heading/spoken' }
}

function longestKnown(tokens: readonly Token[], from: number): { kind: SectionKind; to: number } | undefined {
  let best: { kind: SectionKind; to: number } | undefined
  let key = ''
  for (let n = 1; n <= LONGEST_HEADING && from + n <= tokens.length; n++) {
    const token = tokens[from + n - 1]
    if (!token || (n > 1 && token.breaks > 0)) break
    key += (n > 1 ? ' ' : '') + token.key
    const kind = headings().get(key)
    if (kind) best = { kind, to: from + n }
  }
  return best
}
