import type { Axes, Evidence } from '../assertion/assess.ts'
import type { Token } from '../text/index.ts'
import type { Standing } from './types.ts'

/** What is gone since is no denial: a speech that came back after an hour was a stroke's warning all the same. */
const GONE = /gone|resolved|stop|cleared|no longer/i
/** Past beyond doubt. "chronic", "persistent" or "was on" speak of now as well, and then it counts. */
const LONG_AGO =
  /year|month|child|teen|youth|younger|history|\bhx\b|h\/o|previous|prior|\bpast\b|former|used to|status post|s\/p|remote|survivor|recover|background|pmh|\b(?:19|20)\d\d\b/i
/** "I am afraid it is a heart attack" says what is feared, and a fear is to be cleared up. */
const FEARED = /afraid|fear|scared|worr|anxious|felt like|as if|as though/i

/**
 * Whether a symptom counts as the patient's, now. In doubt it does: to count too much costs a visit. What `own` covers decides
 * nothing: "not breathing" is no denial of breathing.
 */
export function standingOf(evidence: Axes['evidence'], own?: { start: number; end: number }): Standing {
  const around = own ? evidence.filter((one) => one.start >= own.end || one.end <= own.start) : evidence
  const says = (category: Evidence['category'], except?: RegExp): boolean =>
    around.some((one) => one.category === category && !except?.test(one.text))
  if (says('family')) return 'somebody-else'
  if (says('negated', GONE)) return 'denied'
  if (says('hypothetical', FEARED)) return 'only-thought-of'
  return around.some((one) => one.category === 'historical' && LONG_AGO.test(one.text)) ? 'past' : 'stands'
}

/**
 * Up to where a clause speaks of years ago: "a stroke 10 years ago", but not "it began two years ago". 0 where it does not.
 */
export function longAgoUntil(tokens: readonly Token[]): number {
  const goesOn = tokens.some(({ key }) => /^(?:start|beg[au]n|since|still|ever|on)/.test(key))
  const ago = tokens.findLastIndex(({ key }, i) => key === 'ago' && /^years?$/.test(tokens[i - 1]?.key ?? ''))
  return goesOn || ago < 0 ? 0 : (tokens[ago]?.start ?? 0)
}
