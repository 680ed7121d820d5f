import { createRequire } from 'node:module'
import type { ItemToken, ItsFunction, WinkMethods } from 'wink-nlp'
import type winkNLP from 'wink-nlp'
import type { Token } from './tokens.ts'

interface Linguistics {
  readonly nlp: WinkMethods
  readonly precedingSpaces: ItsFunction<string>
  readonly pos: ItsFunction<string>
}

let shared: Linguistics | undefined

/** One wink instance a process: it shares state through its model. Only the stages that tagging needs are run. */
function linguistics(): Linguistics {
  if (shared) return shared
  const require = createRequire(import.meta.url)
  const create = require('wink-nlp') as typeof winkNLP
  const nlp = create(require('wink-eng-lite-web-model'), ['pos'])
  const its: Pick<Linguistics, 'precedingSpaces' | 'pos'> = nlp.its
  return (shared = { nlp, precedingSpaces: its.precedingSpaces, pos: its.pos })
}

/**
 * Universal part-of-speech tags for the tokens of a stretch of text, by wink-nlp. Its own tokens may differ: each of ours
 * takes the tag of the wink token that covers its first character. A feature for the tagger, never a rule: in clinical
 * text findings at the start of a sentence come out as proper nouns.
 */
export function partsOfSpeech(text: string, tokens: readonly Token[], offset = 0): string[] {
  const { nlp, precedingSpaces, pos } = linguistics()
  const starts: number[] = []
  const tags: string[] = []
  let at = offset
  nlp
    .readDoc(text)
    .tokens()
    .each((token: ItemToken) => {
      at += token.out(precedingSpaces).length
      starts.push(at)
      tags.push(token.out(pos))
      at += token.out().length
    })
  let i = 0
  return tokens.map((token) => {
    while (i + 1 < starts.length && (starts[i + 1] ?? Infinity) <= token.start) i++
    return tags[i] ?? 'X'
  })
}
