import { type Token, tokenise } from '../text/index.ts'

const PLAIN = /^[a-z]+(?:[ -][a-z]+)*$/

/**
 * Two spellings of one term share a key: case, accents, hyphens, possessives and regular plurals are gone.
 * `X-rays` and `x ray`, `Crohn's disease` and `crohn disease` meet.
 */
export function termKey(term: string): string {
  const lower = term.toLowerCase()
  if (PLAIN.test(lower)) return lower.split(/[ -]/).map(singular).join(' ')
  return tokenise(term).filter((token) => !isJoint(token)).map((token) => singular(token.key)).join(' ')
}

/** The part of a key that one token of a text contributes. */
export function tokenStem(token: Token): string {
  return token.kind === 'word' ? singular(token.key) : token.key
}

/** A hyphen or apostrophe joins words and is not part of a key. */
export function isJoint(token: Token): boolean {
  return token.kind === 'mark' && (token.key === '-' || token.key === "'")
}

function singular(word: string): string {
  const base = word.endsWith("'s") ? word.slice(0, -2) : word
  if (base.length < 5 || !base.endsWith('s')) return base
  if (base.endsWith('ies')) return `${base.slice(0, -3)}y`
  if (/(?:ss|us|is|ous)$/.test(base)) return base
  return /(?:ch|sh|x)es$/.test(base) ? base.slice(0, -2) : base.slice(0, -1)
}
