import type { Rule } from './rule.ts'
import { spelled } from './spelled.ts'

/** Fixed expressions and how they are written. */
const PHRASES: readonly (readonly [spoken: string, written: string])[] = [
  ['hemoglobin a one c', 'HbA1c'],
  ['haemoglobin a one c', 'HbA1c'],
  ['vitamin b twelve', 'vitamin B12'],
  ['vitamin d', 'vitamin D'],
  ['vitamin c', 'vitamin C'],
  ['covid nineteen', 'COVID-19'],
  ['c reactive protein', 'C-reactive protein'],
  ['d dimer', 'D-dimer'],
  ['x ray', 'X-ray'],
  ['x rays', 'X-rays'],
  ['hepatitis a', 'hepatitis A'],
  ['hepatitis b', 'hepatitis B'],
  ['hepatitis c', 'hepatitis C'],
  ['protein c', 'protein C'],
  ['protein s', 'protein S'],
  ['twenty twenty vision', '20/20 vision'],
  ['s p o two', 'SpO2'],
  ['f i o two', 'FiO2'],
  ['p c o two', 'pCO2'],
  ['c o two', 'CO2'],
  ['o two', 'O2'],
  ['s t elevation', 'ST elevation'],
  ['t wave', 'T wave'],
]
const BY_WORDS = PHRASES.map(([spoken, written]) => ({ spoken: spoken.split(' '), written }))

/** Names that keep their capital: eponyms, months, days, and brands that are often dictated. */
const CAPITALISED = new Set(
  `monday tuesday wednesday thursday friday saturday sunday january february april june july august september october november
december parkinson's alzheimer's crohn's bell's hodgkin's addison's cushing's raynaud's huntington's sjogren's bartholin's barrett's
glasgow babinski romberg murphy's ventolin augmentin lasix coumadin eliquis xarelto plavix lipitor zocor crestor humalog lantus
ozempic tylenol advil panadol nexium prozac zoloft lexapro valium xanax ativan synthroid glucophage viagra singulair seretide
symbicort spiriva keppra tegretol lyrica neurontin zofran`.split(/\s+/),
)
const TITLES: Readonly<Record<string, string>> = {
  mister: 'Mr',
  missus: 'Mrs',
  miss: 'Miss',
  doctor: 'Dr',
  professor: 'Prof.',
}
const NO_TITLE_AFTER = /^(?:the|a|an|her|his|my|your|their|our|this|another|family)$/
const NO_NAME = /^(?:to|and|or|at|in|on|was|is|who|said|for|with|about|will|has|had|the|visit|appointment|of)$/

/** Before "miss" these make it a verb, and after it these no name. */
const MISSING =
  /^(?:to|not|never|will|would|may|might|can|cannot|could|should|must|did|do|does|don't|doesn't|didn't|won't|i|we|you|they|who|often|sometimes|occasionally)$/
const MISSED =
  /^(?:a|an|any|her|his|their|my|your|this|that|these|those|one|two|three|four|five|six|seven|eight|nine|ten|some|more|several|many|doses|dose|school|work|meals|out|it|them)$/

function isName(words: readonly string[], at: number): boolean {
  return !MISSED.test(words[at] ?? '')
}

const phrase: Rule = (words, at) => {
  const found = BY_WORDS.find(({ spoken }) => spoken.every((part, i) => words[at + i] === part))
  return found && { text: found.written, used: found.spoken.length }
}

/** "doctor kowalski" -> Dr Kowalski; "the doctor said" stays. */
const title: Rule = (words, at) => {
  const written = TITLES[words[at] ?? '']
  const name = words[at + 1]
  if (!written || !name || NO_NAME.test(name)) return undefined
  if (words[at] === 'miss' && (MISSING.test(words[at - 1] ?? '') || !isName(words, at + 1))) return undefined
  const isCalling = words[at] === 'doctor' || words[at] === 'professor'
  if (isCalling && NO_TITLE_AFTER.test(words[at - 1] ?? '')) return undefined
  return { text: written, used: 1, titles: true }
}

export const NAME_RULES: readonly Rule[] = [phrase, title, spelled]

/** A single word with the capital it always has; `hotwords` bring their own casing. */
export function cased(word: string, hotwords: ReadonlyMap<string, string>): string {
  const own = hotwords.get(word)
  if (own !== undefined) return own
  if (word === 'i' || /^i'(?:m|ve|ll|d)$/.test(word)) return capitalise(word)
  return CAPITALISED.has(word) ? capitalise(word) : word
}

export function capitalise(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1)
}
