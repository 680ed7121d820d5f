import type { Rule } from './rule.ts'
import { cardinal } from './spoken-numbers.ts'
import { measureAfterNumber } from './units.ts'

/**
 * What stands in prescriptions, often several in a row: "p o b i d" is PO BID. QD and QOD, which are read for each other and
 * for QID, are on ISMP's list of error-prone abbreviations (2021) and written out.
 */
const PRESCRIBED = new Map([
  ['npo', 'NPO'],
  ['po', 'PO'],
  ['iv', 'IV'],
  ['im', 'IM'],
  ['sl', 'SL'],
  ['bid', 'BID'],
  ['tid', 'TID'],
  ['qid', 'QID'],
  ['prn', 'PRN'],
  ['qd', 'daily'],
  ['qod', 'every other day'],
  ['qhs', 'nightly at bedtime'],
  ['qam', 'every morning'],
  ['qpm', 'every evening'],
])
/** Abbreviations that begin with a letter that is a word as well. */
const WITH_A = new Set(
  `aa aaa abc abcd abcde abg abi abo abpm ace acl acr acs acth adhd adl adls adp aed af afb afi afp aids aka aki alp als alt ama
ami aml amp ams ana anc anca ap apap apc aptt arb ard ards arf asa asd ast atn atp av avm avn avr`.split(/\s+/),
)
/** The vertebrae there are. */
const VERTEBRAE: Readonly<Record<string, number>> = { c: 7, t: 12, l: 5, s: 5 }

/** "c t" -> CT, "p o b i d" -> PO, BID, "l four" -> L4. A lone "a" or "i" is a word. */
export const spelled: Rule = (words, at) => {
  let end = at
  while (/^[a-z]$/.test(words[end] ?? '')) end++
  // "q six h" is a rule of its own.
  if (words[end - 1] === 'q' && cardinal(words, end)) end--
  if (end - at >= 2) return letters(words, at, end)
  return end - at === 1 ? vertebra(words, at) : undefined
}

function letters(words: readonly string[], at: number, end: number): ReturnType<Rule> {
  const run = words.slice(at, end).join('')
  const first = firstPrescribed(run, words[end] !== undefined)
  if (first !== undefined) return { text: PRESCRIBED.get(first) ?? first, used: first.length }
  // "a c t of the head": an article, unless the whole is an abbreviation.
  if (words[at] === 'a' && !WITH_A.has(run)) return undefined
  if (run.startsWith('i') && run.length === 2) return undefined
  // "c t i v contrast"
  for (let length = 2; length < run.length - 1; length++)
    if (firstPrescribed(run.slice(length), words[end] !== undefined) !== undefined)
      return { text: run.slice(0, length).toUpperCase(), used: length }
  return { text: run.toUpperCase(), used: run.length }
}

/** The first of the prescription's abbreviations that a run of letters is made of, a word "i" or "a" behind them allowed. */
function firstPrescribed(run: string, goesOn: boolean): string | undefined {
  for (const known of PRESCRIBED.keys()) {
    if (!run.startsWith(known)) continue
    const rest = run.slice(known.length)
    if (rest === '' || (goesOn && /^[ai]$/.test(rest)) || firstPrescribed(rest, goesOn) !== undefined) return known
  }
  return undefined
}

function vertebra(words: readonly string[], at: number): ReturnType<Rule> {
  const letter = words[at] ?? ''
  const number = cardinal(words, at + 1)
  const last = VERTEBRAE[letter]
  if (!number || !last || number.value < 1 || number.value > last || words[at - 1] === 'troponin') return undefined
  if (measureAfterNumber(words, at + 1 + number.used)) return undefined
  return { text: `${letter.toUpperCase()}${number.value}`, used: 1 + number.used }
}
