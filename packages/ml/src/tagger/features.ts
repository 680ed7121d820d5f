import type { Proposal } from '../entities/types.ts'
import type { Token } from '../text/index.ts'
import { partsOfSpeech } from '../text/parts-of-speech.ts'
import { hashName } from './hash.ts'
import { lexicon } from '../vocabulary/lexicon.ts'
import { tokenStem } from '../vocabulary/term-key.ts'
import { wordProfile } from '../vocabulary/word-profile.ts'

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
    const add = (name: string): void => void out.push(hashName(name))
    const key = keys[i] ?? ''
    const before = keys[i - 1] ?? '^'
    const after = keys[i + 1] ?? '$'
    add('bias')
    add(`w=${key}`)
    add(`m=${stems[i] ?? ''}`)
    add(`s=${shapes[i] ?? ''}`)
    add(`w-=${before}`)
    add(`w+=${after}`)
    add(`w--=${keys[i - 2] ?? '^'}`)
    add(`w++=${keys[i + 2] ?? '$'}`)
    add(`w-w=${before} ${key}`)
    add(`ww+=${key} ${after}`)
    add(`w-w+=${before} ${after}`)
    if (token.kind === 'word') {
      for (let n = 2; n <= 5 && n < key.length; n++) add(`x${n}=${key.slice(-n)}`)
      for (let n = 2; n <= 4 && n < key.length; n++) add(`p${n}=${key.slice(0, n)}`)
      if ((keys[i - 1]?.length ?? 0) > 3) add(`x-=${before.slice(-3)}`)
      if ((keys[i + 1]?.length ?? 0) > 3) add(`x+=${after.slice(-3)}`)
    }
    add(`ss=${shapes[i - 1] ?? ''} ${shapes[i] ?? ''} ${shapes[i + 1] ?? ''}`)
    add(`t=${pos[i] ?? ''}`)
    add(`t-=${pos[i - 1] ?? ''} ${pos[i] ?? ''}`)
    add(`t+=${pos[i] ?? ''} ${pos[i + 1] ?? ''}`)
    add(`r=${ruled[i] ?? 'O'}`)
    add(`r-=${ruled[i - 1] ?? 'O'}`)
    add(`r+=${ruled[i + 1] ?? 'O'}`)
    add(`rr=${ruled[i - 1] ?? 'O'} ${ruled[i] ?? 'O'} ${ruled[i + 1] ?? 'O'}`)
    add(`rw=${ruled[i] ?? 'O'} ${key}`)
    add(`l=${listed[i] ?? 'O'}`)
    add(`l-=${listed[i - 1] ?? 'O'} ${listed[i] ?? 'O'}`)
    add(`l+=${listed[i] ?? 'O'} ${listed[i + 1] ?? 'O'}`)
    for (const fact of profiles[i] ?? []) add(`v=${fact}`)
    for (const fact of profiles[i - 1] ?? []) add(`v-=${fact}`)
    for (const fact of profiles[i + 1] ?? []) add(`v+=${fact}`)
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
