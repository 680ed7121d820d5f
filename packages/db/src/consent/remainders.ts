/** From inclusive, until exclusive; null never ends. */
export interface Span {
  from: Date
  until: Date | null
}

/** What of a span is left before and after another: none, one or two parts. */
export function remaindersOf(whole: Span, taken: Span): Span[] {
  const parts: Span[] = []
  if (whole.from < taken.from) parts.push({ from: whole.from, until: taken.from })
  if (taken.until !== null && (whole.until === null || whole.until > taken.until)) {
    parts.push({ from: taken.until, until: whole.until })
  }
  return parts
}
