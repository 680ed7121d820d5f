import type { TriageSubject } from './types.ts'

const CHILD = 'son|daughter|baby|child|kid|toddler|infant|little one|little boy|little girl|boy|girl|newborn'
const PARENT = 'mother|father|mum|mom|mummy|dad|daddy|parent|grandmother|grandfather|grandma|grandpa'
const SPOUSE = 'husband|wife|partner|spouse|boyfriend|girlfriend|fiance|fiancee'

const WORDS: Readonly<Record<TriageSubject, string | null>> = {
  self: null,
  child: CHILD,
  parent: PARENT,
  spouse: SPOUSE,
  other: `${CHILD}|${PARENT}|${SPOUSE}|brother|sister|friend|grandson|granddaughter|nephew|niece|aunt|uncle`,
}

/** Nobody of five has a child of their own: then these words are the patient's, whoever writes. */
const CHILD_BELOW = 14

/**
 * The text with the words that mean the patient ("my son", when the patient is a child) out of the way, so that what is said
 * of them is not taken for a relative's. Every offset stays what it was.
 */
export function withoutSubject(text: string, subject: TriageSubject, ageYears: number | undefined): string {
  const words = WORDS[subject === 'self' && ageYears !== undefined && ageYears < CHILD_BELOW ? 'child' : subject]
  if (words === null) return text
  return text.replaceAll(new RegExp(`\\b(?:my|our|the)\\s+(?:${words})\\b(?!['’]s)`, 'gi'), (phrase) =>
    'i'.padEnd(phrase.length),
  )
}
