import { type Token, splitSentences, tokenise } from '../text/index.ts'
import { findMentions } from '../entities/mentions.ts'
import { findPieces } from '../sig/pieces.ts'
import { hashName } from '../tagger/hash.ts'
import { termKey } from '../vocabulary/term-key.ts'

type Bag = Map<string, number>
export type Features = ReadonlyMap<number, number>

/** What tells the kind of a text: its words and word pairs alone, since every reading asks for it. */
export function registerFeatures(text: string): Features {
  const bag: Bag = new Map()
  const words = wordsOf(tokenise(text.slice(0, LONGEST_OPENING)))
  for (const [i, word] of words.entries()) {
    count(bag, `w ${word}`)
    count(bag, `b ${words[i - 1] ?? '^'} ${word}`)
    if (word.length > 6) count(bag, `x ${word.slice(-4)}`)
  }
  return normalised(bag)
}

/** What tells the section of a passage: words, pairs, openings, turns of phrase, and what the vocabularies find. */
export function passageFeatures(text: string): Features {
  const passage = text.slice(0, LONGEST_PASSAGE)
  const tokens = tokenise(passage)
  const bag: Bag = new Map()
  const words = wordsOf(tokens)
  for (const [i, word] of words.entries()) {
    count(bag, `w ${termKey(word)}`)
    count(bag, `b ${words[i - 1] ?? '^'} ${word}`)
    if (i < 3) count(bag, `f${i} ${word}`)
    if (word.length > 6) {
      count(bag, `x ${word.slice(-4)}`)
      count(bag, `p ${word.slice(0, 5)}`)
    }
  }
  countPatterns(passage, bag)
  countFindings(tokens, passage, bag)
  count(bag, `n ${Math.min(8, Math.ceil(Math.log2(words.length + 1)))}`)
  return normalised(bag)
}

function count(bag: Bag, name: string, amount = 1): void {
  bag.set(name, (bag.get(name) ?? 0) + amount)
}

/** Words and numbers; every number is the same one. */
function wordsOf(tokens: readonly Token[]): string[] {
  return tokens.filter((token) => token.kind !== 'mark').map((token) => (token.kind === 'number' ? '0' : token.key))
}

/** Damped counts at length FEATURE_SCALE. */
function normalised(bag: Bag): Features {
  let norm = 0
  for (const amount of bag.values()) norm += (1 + Math.log(amount)) ** 2
  const scale = FEATURE_SCALE / Math.sqrt(norm || 1)
  return new Map([...bag].map(([name, amount]) => [hashName(name), (1 + Math.log(amount)) * scale]))
}

/** Short and long passages weigh alike at this length; found by cross-validation. */
const FEATURE_SCALE = 6
const LONGEST_OPENING = 1500
const LONGEST_PASSAGE = 4000

/** Turns of phrase that belong to one section more than to another. */
const PATTERNS: Readonly<Record<string, RegExp>> = {
  relative:
    /\b(?:mother|father|brother|sister|siblings?|parents?|grand(?:mother|father|parents)|aunt|uncle|family|son|daughter|children|maternal|paternal)\b/gi,
  habit:
    /\b(?:smok\w*|tobacco|alcohol\w*|etoh|drinks?|drinking|cigarettes?|packs?|drugs?|illicit|marijuana|cocaine)\b/gi,
  living:
    /\b(?:lives?|living|married|single|divorced|widow\w*|works?|working|retired|employed|occupation|school|student|husband|wife|boyfriend|girlfriend)\b/gi,
  denial: /\b(?:den(?:y|ies|ied)|no|negative|without|not)\b/gi,
  allergic: /\ballerg\w*|\bnkda\b|\breactions?\b|\bhives\b/gi,
  surgical: /\b\w+(?:ectomy|plasty|otomy|ostomy|scopy)\b|\bsurger(?:y|ies)\b|\bsurgical\b|\breplacement\b|\brepair\b/gi,
  age: /\b\d+[- ](?:year|month|week|day)s?[- ]old\b|\by\/o\b/gi,
  year: /\b(?:19|20)\d\d\b/g,
  dose: /\b\d+(?:\.\d+)? ?(?:mg|mcg|ml|units?|meq)\b/gi,
  presenting:
    /\b(?:presents?|presented|presenting|complain\w*|states?|stated|reports?|noticed|comes in|came in|here for|follow-?up)\b/gi,
  system:
    /\b(?:HEENT|NECK|CHEST|LUNGS|HEART|ABDOMEN|EXTREMITIES|NEURO\w*|SKIN|GENERAL|CARDIOVASCULAR|RESPIRATORY|GASTROINTESTINAL|GENITOURINARY|MUSCULOSKELETAL|PSYCHIATRIC|INTEGUMENTARY|CONSTITUTIONAL)\b/g,
  listed: /(?:^|\n|\s)\d+[.)]\s/g,
  future: /\b(?:will|should|recommend\w*|continue|follow|return|schedule\w*|refer\w*|advised|instructed)\b/gi,
  pregnancy: /\b(?:gravida|para|g\d|p\d|menstrua\w*|menarche|pregnan\w*|menopaus\w*|lmp|pap|ovar\w*|uterus|cervix)\b/gi,
  vaccine: /\b(?:vaccin\w*|immuni[sz]\w*|shots?|tetanus)\b/gi,
}

function countPatterns(passage: string, bag: Bag): void {
  for (const [name, pattern] of Object.entries(PATTERNS)) {
    const times = passage.match(pattern)?.length ?? 0
    if (times > 0) count(bag, `has ${name}`, times)
    if (times > 2) count(bag, `many ${name}`)
  }
  for (const opening of passage.matchAll(/(?:^|[.\n]\s+)(\w+)\s+(\w+)/g)) {
    count(bag, `o ${(opening[1] ?? '').toLowerCase()}`)
    count(bag, `oo ${(opening[1] ?? '').toLowerCase()} ${(opening[2] ?? '').toLowerCase()}`)
  }
}

/** Types found, their share, and the words round them: "allergy to X", "mother had X". */
function countFindings(tokens: readonly Token[], text: string, bag: Bag): void {
  const sentences = splitSentences(text, tokens)
  count(bag, `s ${Math.min(6, sentences.length)}`)
  let total = 0
  const counts = new Map<string, number>()
  for (const sentence of sentences) {
    const pieces = findPieces(sentence.tokens)
    const mentions = findMentions({ tokens: sentence.tokens, section: null, pieces })
    for (const { type, from } of mentions) {
      total++
      counts.set(type, (counts.get(type) ?? 0) + 1)
      count(bag, `t ${type}`)
      count(bag, `tw ${sentence.tokens[from - 1]?.key ?? '^'} ${type}`)
    }
    for (const { kind } of pieces) count(bag, `q ${kind}`)
  }
  for (const [type, times] of counts) count(bag, `share ${type} ${Math.round((4 * times) / total)}`)
  count(bag, `dense ${Math.min(5, Math.round((10 * total) / Math.max(1, tokens.length)))}`)
}
