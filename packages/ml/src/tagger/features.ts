import type { Proposal } from '../entities/types.ts'
import type { Token } from '../text/index.ts'
import { partsOfSpeech } from '../text/parts-of-speech.ts'
import { extendHash, hashName } from './hash.ts'
import { lexicon } from '../vocabulary/lexicon.ts'
import { tokenStem } from '../vocabulary/term-key.ts'
import { wordProfile } from '../vocabulary/word-profile.ts'

/** Hashed beginnings of the feature names: the rest is hashed on without building the name. */
const B = hashed([
  'bias',
  'x-=',
  'x+=',
  'w=',
  'm=',
  's=',
  'w-=',
  'w+=',
  'w--=',
  'w++=',
  'w-w=',
  'ww+=',
  'w-w+=',
  'ss=',
  't=',
  't-=',
  't+=',
  'r=',
  'r-=',
  'r+=',
  'rr=',
  'rw=',
  'l=',
  'l-=',
  'l+=',
  'v=',
  'v-=',
  'v+=',
] as const)
const SUFFIX = ['', '', 'x2=', 'x3=', 'x4=', 'x5='].map(hashName)
const PREFIX = ['', '', 'p2=', 'p3=', 'p4='].map(hashName)

function hashed<N extends string>(beginnings: readonly N[]): Readonly<Record<N, number>> {
  return Object.fromEntries(beginnings.map((name) => [name, hashName(name)])) as Record<N, number>
}

/**
 * Features of the tokens of a sentence, as 32-bit hashes. What the vocabularies and the rules say is part of them, so
 * the tagger learns where to trust a dictionary.
 */
export function featuresOf(text: string, tokens: readonly Token[], rules: readonly Proposal[]): Uint32Array[] {
  const start = tokens[0]?.start ?? 0
  const pos = partsOfSpeech(text.slice(start, tokens.at(-1)?.end ?? 0), tokens, start)
  const keys = tokens.map((token) => (token.kind === 'number' ? token.key.replaceAll(/\d/g, '0') : token.key))
  const stems = tokens.map(tokenStem)
  const ruled = ruleTags(tokens.length, rules)
  const listed = lexiconTags(tokens)
  const profiles = stems.map((stem) => wordProfile(stem))
  const shapes = tokens.map(shapeOf)
  return tokens.map((token, i) => {
    const out: number[] = []
    const key = keys[i] ?? ''
    const before = keys[i - 1] ?? '^'
    const after = keys[i + 1] ?? '$'
    out.push(B.bias)
    out.push(extendHash(B['w='], key))
    out.push(extendHash(B['m='], stems[i] ?? ''))
    out.push(extendHash(B['s='], shapes[i] ?? ''))
    out.push(extendHash(B['w-='], before))
    out.push(extendHash(B['w+='], after))
    out.push(extendHash(B['w--='], keys[i - 2] ?? '^'))
    out.push(extendHash(B['w++='], keys[i + 2] ?? '$'))
    out.push(extendHash(extendHash(extendHash(B['w-w='], before), ' '), key))
    out.push(extendHash(extendHash(extendHash(B['ww+='], key), ' '), after))
    out.push(extendHash(extendHash(extendHash(B['w-w+='], before), ' '), after))
    if (token.kind === 'word') {
      for (let n = 2; n <= 5 && n < key.length; n++) out.push(extendHash(SUFFIX[n] ?? 0, key, key.length - n))
      for (let n = 2; n <= 4 && n < key.length; n++) out.push(extendHash(PREFIX[n] ?? 0, key, 0, n))
      if ((keys[i - 1]?.length ?? 0) > 3) out.push(extendHash(B['x-='], before, before.length - 3))
      if ((keys[i + 1]?.length ?? 0) > 3) out.push(extendHash(B['x+='], after, after.length - 3))
    }
    out.push(
      extendHash(
        extendHash(extendHash(extendHash(extendHash(B['ss='], shapes[i - 1] ?? ''), ' '), shapes[i] ?? ''), ' '),
        shapes[i + 1] ?? '',
      ),
    )
    out.push(extendHash(B['t='], pos[i] ?? ''))
    out.push(extendHash(extendHash(extendHash(B['t-='], pos[i - 1] ?? ''), ' '), pos[i] ?? ''))
    out.push(extendHash(extendHash(extendHash(B['t+='], pos[i] ?? ''), ' '), pos[i + 1] ?? ''))
    out.push(extendHash(B['r='], ruled[i] ?? 'O'))
    out.push(extendHash(B['r-='], ruled[i - 1] ?? 'O'))
    out.push(extendHash(B['r+='], ruled[i + 1] ?? 'O'))
    out.push(
      extendHash(
        extendHash(extendHash(extendHash(extendHash(B['rr='], ruled[i - 1] ?? 'O'), ' '), ruled[i] ?? 'O'), ' '),
        ruled[i + 1] ?? 'O',
      ),
    )
    out.push(extendHash(extendHash(extendHash(B['rw='], ruled[i] ?? 'O'), ' '), key))
    out.push(extendHash(B['l='], listed[i] ?? 'O'))
    out.push(extendHash(extendHash(extendHash(B['l-='], listed[i - 1] ?? 'O'), ' '), listed[i] ?? 'O'))
    out.push(extendHash(extendHash(extendHash(B['l+='], listed[i] ?? 'O'), ' '), listed[i + 1] ?? 'O'))
    for (const fact of profiles[i] ?? []) out.push(extendHash(B['v='], fact))
    for (const fact of profiles[i - 1] ?? []) out.push(extendHash(B['v-='], fact))
    for (const fact of profiles[i + 1] ?? []) out.push(extendHash(B['v+='], fact))
    return Uint32Array.from(out)
  })
}

function ruleTags(length: number, rules: readonly Proposal[]): string[] {
  const tags = Array.from({ length }, () => 'O')
  for (const { type, from, to, rule } of rules)
    for (let i = from; i < to; i++) tags[i] = `${i === from ? 'B' : i === to - 1 ? 'E' : 'I'}-${type}-${rule}`
  return tags
}

function lexiconTags(tokens: readonly Token[]): string[] {
  const tags = Array.from({ length: tokens.length }, () => 'O')
  for (let i = 0; i < tokens.length;) {
    const match = lexicon().longestAt(tokens, i)
    if (!match) {
      i++
      continue
    }
    const types = [...new Set(match.terms.map((term) => term.type + (term.weak ? '?' : '')))].toSorted().join('|')
    for (let k = match.from; k < match.to; k++) tags[k] = `${k === match.from ? 'B' : 'I'}-${types}`
    i = match.to
  }
  return tags
}

function shapeOf(token: Token): string {
  if (token.kind === 'mark') return token.key
  if (token.kind === 'number') return token.key.replaceAll(/\d+/g, '9')
  const digits = /\d/.test(token.key) ? 'd' : ''
  return `${token.shape}${digits}${token.key.length > 4 ? '+' : token.key.length}`
}
