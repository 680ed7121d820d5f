import type { Rewrite, Rule } from './rule.ts'

const MARKS: readonly (readonly [spoken: string, rewrite: Omit<Rewrite, 'used'>])[] = [
  ['new paragraph', { text: '\n\n', glue: 'both', ends: true }],
  ['next paragraph', { text: '\n\n', glue: 'both', ends: true }],
  ['new line', { text: '\n', glue: 'both', ends: true }],
  ['next line', { text: '\n', glue: 'both', ends: true }],
  ['full stop', { text: '.', glue: 'left', ends: true }],
  ['question mark', { text: '?', glue: 'left', ends: true }],
  ['exclamation mark', { text: '!', glue: 'left', ends: true }],
  ['exclamation point', { text: '!', glue: 'left', ends: true }],
  ['open bracket', { text: '(', glue: 'right' }],
  ['open parenthesis', { text: '(', glue: 'right' }],
  ['close bracket', { text: ')', glue: 'left' }],
  ['close parenthesis', { text: ')', glue: 'left' }],
  ['period', { text: '.', glue: 'left', ends: true }],
  ['comma', { text: ',', glue: 'left' }],
  ['colon', { text: ':', glue: 'left' }],
  ['semicolon', { text: ';', glue: 'left' }],
  ['hyphen', { text: '-', glue: 'both' }],
  ['forward slash', { text: '/', glue: 'both' }],
]

/** Some are also words: a time, a menstruation, a bowel, a cannula. */
const WORD_AFTER: Readonly<Record<string, RegExp>> = {
  'new line': /^(?:placement|insertion|was)$/,
  'next line': /^(?:therapy|treatment|agents?|drugs?|antibiotics?)$/,
  'full stop': /^$/,
  period: /^(?:of|pain|pains|between|during|prior)$/,
  colon: /^(?:cancer|carcinoma|polyp|polyps|resection|surgery|is|was|shows|showed|with|appears)$/,
}
const WORD_BEFORE =
  /^(?:a|an|the|her|his|this|that|each|last|next|first|menstrual|time|recovery|rest|incubation|follow-up|ascending|descending|sigmoid|transverse|spastic|entire|whole|of)$/

export const spokenMark: Rule = (words, at) => {
  for (const [spoken, rewrite] of MARKS) {
    const parts = spoken.split(' ')
    if (!parts.every((part, i) => words[at + i] === part)) continue
    const asWord = WORD_AFTER[spoken]
    if (asWord && (asWord.test(words[at + parts.length] ?? 'nothing') || WORD_BEFORE.test(words[at - 1] ?? '')))
      return undefined
    return { ...rewrite, used: parts.length }
  }
  return undefined
}
